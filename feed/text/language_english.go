package text

// englishWords are function words first, then what headlines are made of: verbs in
// the present, the trades of the news, and names of the region as English spells
// them. A title of three words often has one of them only.
var englishWords = []list{
	{english, 3, `
		the of and with from says said after that has have had been were was which would could should their they this
		these those into against between how why what when where who whose than then about because before during under
		through while amid over its his her our your my we you he she isnt dont doesnt wont cant are is will not only
		other another there here also being both each every few such very own still just`},
	{english, 2, `
		in to for on at as by be it up more but new off out down all some most no so if or near first last next back two
		three four five six seven eight nine ten one year years week weeks day days month months today yesterday
		tomorrow january february march april may june july august september october november december monday tuesday
		wednesday thursday friday saturday sunday spring summer autumn winter un summit talks deal deals law laws bill ban
		bans minister ministers ministry presidents prime government governments parliament leader leaders election
		elections vote votes voters poll polls police court courts judge trial jail jailed prison arrest arrested
		arrests held detained suspect suspects killed dead death deaths kills dies injured wounded attack attacks
		attacked blast bomb bombing fire fires flood floods quake earthquake storm snow rain drought water gas oil power
		energy grid dam river sea lake border borders guards troops army military drill drills exercise exercises war
		peace weapons arms defence defense security terror terrorism terrorist terrorists militant militants extremist
		extremists threat threats warns warn warning urge urges call calls seek seeks sign signs signed agree agrees
		agreed agreement treaty pact meet meets met meeting visit visits visited host hosts hosted hold holds open opens
		opened close closes closed launch launches launched begin begins start starts started end ends ended plan plans
		planned build builds built report reports reported reporting study finds find found show shows see sees seen
		make makes made take takes took give gives given get gets got go goes going come comes came keep keeps set sets
		put puts win wins won lose loses lost beat beats lead leads rise rises rose fall falls fell drop drops cut cuts
		hit hits grow grows growth high higher low lower record price prices cost costs tax taxes market markets stock
		stocks share shares bank banks loan loans debt money trade trades export exports import imports sanctions tariff
		tariffs profit profits loss losses sales sale sell sells sold buy buys bought pay pays paid company firm firms
		business industry factory workers worker jobs job strike strikes union school schools student students
		university teacher teachers child children women woman men man people family families health hospital hospitals
		doctors doctor disease vaccine virus city town village street house homes home road roads railway rail train
		trains airport airline airlines flight flights plane planes car cars bus crash crashes north south east west
		northern southern eastern western central world country countries nation nations national state states united
		kingdom foreign affairs office official officials chief head king queen british american russian chinese indian
		turkish afghan iranian kazakh kyrgyz uzbek tajik turkmen asian european russia china india turkey ukraine
		kazakhstan uzbekistan kyrgyzstan tajikistan tashkent turkmenistans asia europe america africa germany france
		japan korea afghanistan islamic muslim church rights human freedom press news media journalist journalists
		website internet online data phone phones game games team teams match player players coach cup league final
		season goal goals title champion champions film films movie music star stars book books art festival award
		awards prize best big bigger biggest small large great good better bad worse young old long short top key major
		early late free full former fresh joint question questions answer review letter statement speech interview story
		stories life time times way ways things thing work works working help helps need needs want wants look looks can
		must might let tells told ask asks asked deny denies rejects reject accuse accuses accused blame blames claims
		claim charges charged faces face fears fear hopes hope backs support supports aid crisis conflict clash clashes
		fighting fighters fight fights raid raids plot bust seize seizes seized smuggling drugs drug migrants migrant
		migration refugees refugee citizens citizen mps lawmakers senate deputy ambassador envoy council committee
		commission body members member group groups force forces nuclear plant plants project projects solar wind
		pipeline pipelines corridor route routes canal glacier glaciers harvest cotton wheat grain food farm farmers
		coal uranium gold copper mine mines budget billion million thousand per cent percent dollar dollars pound pounds
		corp inc ltd co stg dlrs mln bln shrs qtr div ups raises raise unit units unveils unveiled widen widens returns
		return resume resumes suspends suspended delays delay delayed cancels tops leaves left right moves move turns
		turn bring brings brought runs run stays stay waits wait remains remain gains gain morning evening opening
		meaning mining training learning joining turning signing planning running winning beginning remaining
		strengthening returning happening listening lightning cleaning burning least once again ago always never ever
		away along across around behind below above beyond within without despite since until everyone everything
		nothing something someone anyone whether yet though although however instead rather together many much less
		enough several half third fourth quarter twice single double whole total main true wide able ready likely
		unlikely sure clear hard easy safe strong weak heavy light deep rich poor hot cold warm dry use used using uses
		try tries tried add adds added join joins joined called name named become becomes became begun read write wrote
		written speak speaks spoke talk learn learns teach know known knows think thinks thought feel felt believe
		believes expect expects expected fail fails failed fly flies flew drive drives driver drivers ride walk walks
		stand stands stood sit send sends sent receive receives received offer offers offered accept accepts reach
		reaches reached discuss discusses discussed address addresses approve approves approved adopt adopts adopted
		pass passes passed vow vows vowed pledge pledges pledged promise promises order orders ordered block blocks
		blocked save saves saved rescue rescued protect protects check checks tests test tested trained treat treated
		fix fixed change changes changed cross crosses crossed enter enters entered escape escaped flee flees fled die
		died born live lives living lived carry carried catch caught throw threw shoot shot shooting shootout stab
		stabbed stabbing murder murdered kill killing rob robbery theft stolen steal fraud corruption bribe bribery
		probe probes inquiry investigation investigate investigates lawsuit sue sues sued guilty innocent sentence
		sentenced verdict appeal appeals lawyer lawyers attorney custody hostage hostages gunman gunmen gunfight weapon
		missile missiles drone drones tank tanks shelling shells soldier soldiers navy naval commander generals truce
		ceasefire peacekeepers alliance ally allies partner partners partnership strategic relations ties neighbour
		neighbours neighbor neighbors cabinet congress assembly speaker premier resign resigns resigned sacked fired
		hired appoint appoints appointed heads headed chair chairman boss chiefs royal prince princess queens lord mayor
		governor ruler rule rules ruled ruling protest protests protesters rally rallies unrest riot riots revolt coup
		dissident activist activists campaign campaigners charity donation donors fund funds funding investment investor
		investors invest invests demand supply supplies output production produce produces produced producer producers
		maker makers brand brands store stores shop shops retailer customers consumer consumers earnings revenue income
		wage wages dividend quarterly annual yearly monthly weekly daily bond bonds yield yields rate rates interest
		credit lender lenders currency merger bid bids buyout takeover stake stakes owner owners owned assets asset
		shareholders bankruptcy bankrupt files filed filing chapter chain default crude barrel oilfield refinery steel
		iron metal metals sugar coffee cocoa corn soybean soybeans crop crops livestock cattle beef pork meat milk bread
		rice tea fish fishing sheep horse horses dog dogs cat cats bear bears wolf wolves bird birds tree trees forest
		park mountain mountains hill valley desert island coast beach ocean ice climate weather forecast wave waves heat
		heatwave freeze frost fog dust mud mudslide mudslides landslide avalanche pollution smog waste emissions carbon
		green clean renewable hydropower reservoir reservoirs turbine turbines hydroelectric electricity blackout
		blackouts outage outages shortage shortages customs checkpoint crossing crossings gateway cargo freight truck
		trucks ship ships shipping port ports bridge bridges tunnel highway metro subway engine engines fuel petrol
		tickets ticket passenger passengers pilot pilots tourist tourists tourism hotel hotels restaurant museum theatre
		theater library palace mosque mosques temple cathedral bishop pope holy faith ancient history historic century
		discovered discovery archaeologists scientists scientist science research researchers space rocket satellite
		moon earth planet robot robots computer computers software app apps device devices screen smartphone users user
		hackers hacker cyberattack password privacy search web site page pages blog post posts tweet tweets channel
		channels radio tv television broadcast audience actor actress singer songs song album band concert dance dancer
		stage opera poet poetry novel painting paintings artist artists exhibition fashion dress beauty love wedding
		marriage divorce birthday birth baby babies mother father son daughter brother sister wife husband girl girls
		boy boys teen teens teenager youth elderly friends friend kids parents patients patient nurse nurses surgery
		cancer heart medicine medical outbreak infection measles polio flu football soccer basketball tennis boxing
		wrestling wrestler hockey chess olympic olympics medal medals silver bronze race racing runner cycling swimming
		squad striker goalkeeper fans fan titles tournament defeat defeats defeated victory thousands hundreds dozens
		millions trillion number numbers figures figure list lists map guide tips advice facts fact myth truth lies
		secret secrets mystery surprise dream dreams nightmare hero heroes victim victims survivor survivors witness
		witnesses volunteers volunteer camp camps relief hunger famine poverty homeless housing rent property estate
		land soil`},
	{english, 1, `
		a an do me us am any ex mr mrs ms dr st via vs non anti pro president general international federal regional
		public local social digital video update updates analysis opinion editorial photo photos briefing cooperation
		region regions forum conference session visa regime opposition party reform saudi hindi canada florida agenda
		uganda rwanda honda propaganda iraq qatar sudan jordan panda pakistan iran bishkek dushanbe ashgabat tokayev
		mirziyoyev japarov rahmon azerbaijan armenia georgia belarus mongolia moscow beijing london washington nato eu
		uk usa organ began slogan similar popular regular particular pillar calendar secular`},
}

// Plurals in s after a consonant are English more often than anything else that
// comes in, but weak evidence: French and Spanish have them.
var englishEndings = []list{
	{english, 3, `
		ning nning ness ful ough ought ight ights ship ships ably ibly ally ively tional tially ingly edly`},
	{english, 2, `
		ular ollar ing ings ly tions ous able less ity ities ght ghts ward wards th ths cks ck cy ics ists ies ied ees
		oms eed eeds ying ssed nced ated ized ised rted nted lled cked shed ched ished ened ered owed ayed wn ew ews ows
		oods ood ook oks ooks ield ields eak eaks eal eals eat each ears ead eads oad oads oats oint oints ound ounds
		ould ouse ause tch tches ches shes thes ger gers dge dges sts ngs nds cts pts lts rks nks sks lks rms mps mbs
		rds lds rns wns wers ters ders ners ers nting nding ther thers ways`},
	{english, 1, `
		tion ed ment ments ence ance ences ances ency ancy ry ty gy my al als ay ays ey eys ow ss ll sh nd nt nts rs ts
		ks ds ns ms ps ls ws gs ism ist ive ives ure ures age ages ory ary ish ian ians ese er or ors ee`},
}
