package link

import "strings"

// dropTracking is a query without its tracking and AMP parameters. What is left
// keeps its order.
func dropTracking(query string) string {
	if query == "" {
		return ""
	}
	query = normalEscapes(query, queryByte)
	var b strings.Builder
	for p := range strings.SplitSeq(query, "&") {
		if p == "" || tracks(p) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p)
	}
	return b.String()
}

// tracks reports whether a parameter says who follows a link, or how, and not
// where it leads.
func tracks(parameter string) bool {
	name, value, _ := strings.Cut(parameter, "=")
	name = strings.ToLower(name)
	if trackers[name] {
		return true
	}
	for _, prefix := range trackerPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	value = strings.ToLower(value)
	switch name {
	case "amp":
		return value == "" || value == "1" || value == "true" || value == "yes"
	case "output", "outputtype":
		return value == "amp"
	case "from", "src", "source", "ref", "referrer", "via", "mod", "partner":
		return channels[value]
	}
	return false
}

// channels are the values that make an ambiguous parameter a tracking one: the
// link says that it was found in a feed.
var channels = map[string]bool{
	"rss": true, "feed": true, "rssfeed": true, "rss-feed": true, "rss_feed": true, "atom": true,
	"feedburner": true, "newsfeed": true, "rss2": true, "rss20": true, "rss2.0": true,
}

// trackerPrefixes are families of tracking parameters.
var trackerPrefixes = []string{
	"utm_", "utm-", // Google Analytics and everyone after it
	"mtm_", "pk_", "piwik_", "matomo_", // Matomo
	"hsa_", "__hs", "_hs", // HubSpot
	"fb_action_", "fb_comment_",
	"gad_",                             // Google Ads
	"at_custom", "at_link_", "at_ptr_", // AT Internet
	"guce_",                // Yahoo
	"vero_", "oly_", "wt_", // Vero, Omeda, Webtrekk
}

// trackers are the tracking parameters that stand alone, in lower case.
var trackers = map[string]bool{
	// Click identifiers of advertising networks.
	"fbclid": true, "gclid": true, "gclsrc": true, "dclid": true, "gbraid": true, "wbraid": true,
	"yclid": true, "ymclid": true, "ysclid": true, "yadclid": true, "yadordid": true, "yzclid": true,
	"msclkid": true, "twclid": true, "ttclid": true, "li_fat_id": true, "epik": true, "rdt_cid": true,
	"srsltid": true, "irclickid": true, "irgwc": true, "zanpid": true, "wickedid": true, "rb_clickid": true,
	"s_kwcid": true, "ef_id": true, "obclid": true, "dicbo": true, "tblci": true, "vgo_ee": true, "sscid": true,
	"igshid": true, "igsh": true, "unicorn_click_id": true,
	// Analytics.
	"_ga": true, "_gl": true, "_gac": true, "_openstat": true, "xtor": true, "at_medium": true,
	"at_campaign": true, "at_format": true, "at_variant": true, "at_bbc_team": true, "at_creation": true,
	"at_emailtype": true, "wt.mc_id": true, "wt.mc_ev": true, "wt.srch": true, "s_cid": true, "ga_source": true,
	"ga_medium": true, "ga_campaign": true, "ga_term": true, "ga_content": true, "ga_place": true,
	"elqtrackid": true, "elqtrack": true, "elqaid": true, "elqat": true, "elqcampaignid": true,
	"sref": true, "ss_source": true, "ss_campaign_id": true, "ss_email_id": true,
	"ns_source": true, "ns_mchannel": true, "ns_campaign": true, "ns_linkname": true, "ns_fee": true,
	// Mailings.
	"mc_cid": true, "mc_eid": true, "mc_tc": true,
	"mkt_tok": true, "ml_subscriber": true, "ml_subscriber_hash": true, "bsft_eid": true, "bsft_clkid": true,
	"bsft_uid": true, "hsctatracking": true, "_ke": true, "ck_subscriber_id": true, "nr_email_referer": true,
	"__s": true,
	// Social networks.
	"fb_source": true, "fb_ref": true, "action_object_map": true, "action_type_map": true, "action_ref_map": true,
	"ref_src": true, "ref_url": true, "__twitter_impression": true, "twsrc": true, "soc_src": true, "soc_trk": true,
	"sr_share": true, "share_source": true, "sharetype": true, "share_from": true, "spm": true, "scm": true,
	// Publishers.
	"cmpid": true, "icid": true, "ncid": true, "ocid": true, "mbid": true, "ftag": true, "guccounter": true,
	"smid": true, "smtyp": true, "emc": true, "ito": true, "cmp": true, "tpcc": true, "traffic_source": true,
	"maca": true, "rss": true, "ecid": true, "wtrid": true,
	"taid": true, "intcid": true, "int_source": true, "int_medium": true, "int_campaign": true,
	"trkcampaign": true, "frommail": true, "from_source": true, "_branch_match_id": true,
}
