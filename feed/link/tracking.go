package link

import (
	"slices"
	"strings"
)

// dropTracking is a query without its tracking and AMP parameters. What is left
// keeps its order.
func dropTracking(query string) string {
	if query == "" {
		return ""
	}
	parameters := slices.DeleteFunc(strings.Split(normalEscapes(query, queryByte), "&"), func(p string) bool { return p == "" || tracks(p) })
	return strings.Join(parameters, "&")
}

// tracks reports whether a parameter says who follows a link, or how, and not
// where it leads.
func tracks(parameter string) bool {
	name, value, _ := strings.Cut(parameter, "=")
	name = strings.ToLower(name)
	if trackers[name] {
		return true
	}
	if slices.ContainsFunc(trackerPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
		return true
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
var channels = set("rss feed rssfeed rss-feed rss_feed atom feedburner newsfeed rss2 rss20 rss2.0")

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
var trackers = set(
	// Click identifiers of advertising networks.
	`fbclid gclid gclsrc dclid gbraid wbraid yclid ymclid ysclid yadclid yadordid yzclid msclkid twclid ttclid
	li_fat_id epik rdt_cid srsltid irclickid irgwc zanpid wickedid rb_clickid s_kwcid ef_id obclid dicbo tblci
	vgo_ee sscid igshid igsh unicorn_click_id`,
	// Analytics.
	`_ga _gl _gac _openstat xtor at_medium at_campaign at_format at_variant at_bbc_team at_creation at_emailtype
	wt.mc_id wt.mc_ev wt.srch s_cid ga_source ga_medium ga_campaign ga_term ga_content ga_place elqtrackid elqtrack
	elqaid elqat elqcampaignid sref ss_source ss_campaign_id ss_email_id ns_source ns_mchannel ns_campaign
	ns_linkname ns_fee`,
	// Mailings.
	`mc_cid mc_eid mc_tc mkt_tok ml_subscriber ml_subscriber_hash bsft_eid bsft_clkid bsft_uid hsctatracking _ke
	ck_subscriber_id nr_email_referer __s`,
	// Social networks.
	`fb_source fb_ref action_object_map action_type_map action_ref_map ref_src ref_url __twitter_impression twsrc
	soc_src soc_trk sr_share share_source sharetype share_from spm scm`,
	// Publishers.
	`cmpid icid ncid ocid mbid ftag guccounter smid smtyp emc ito cmp tpcc traffic_source maca rss ecid wtrid taid
	intcid int_source int_medium int_campaign trkcampaign frommail from_source _branch_match_id`,
)
