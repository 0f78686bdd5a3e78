package text

// What is listed of the languages that are not told are words that are short and
// frequent, so that a few lines of any of them speak against the others.
var latinWords = []list{
	{english, 3, `
		the of and with from says said after that has have had been were was which would could should their they this these those
		into against between how why what when where who whose than then about because before during under through while
		amid over its his her our your my we you he she it's isn't don't doesn't won't can't are is
		will not only other another there here also being both each every few such very own still just`},
	{english, 2, `
		in to for on at as by be it up more but new off out down all some most no so if or near first last next back two three
		four five six seven eight nine ten one year years week weeks day days month months today yesterday tomorrow month
		january february march april may june july august september october november december monday tuesday wednesday thursday
		friday saturday sunday spring summer autumn winter
		summit talks deal deals law laws bill ban bans minister ministers ministry president's prime government governments
		parliament leader leaders election elections vote votes voters poll polls police court courts judge trial jail jailed
		prison arrest arrested arrests held detained suspect suspects killed dead death deaths kills dies injured wounded attack
		attacks attacked blast bomb bombing fire fires flood floods quake earthquake storm snow rain drought water gas oil
		power energy grid dam river sea lake border borders guards troops army military drill drills exercise exercises war peace
		weapons arms defence defense security terror terrorism terrorist terrorists militant militants extremist extremists threat
		threats warns warn warning urge urges call calls seek seeks sign signs signed agree agrees agreed agreement treaty pact
		meet meets met meeting visit visits visited host hosts hosted hold holds open opens opened close closes closed
		launch launches launched begin begins start starts started end ends ended plan plans planned build builds built
		report reports reported reporting study finds find found show shows see sees seen make makes made take takes took give
		gives given get gets got go goes going come comes came keep keeps set sets put puts win wins won lose loses lost beat
		beats lead leads rise rises rose fall falls fell drop drops cut cuts hit hits grow grows growth high higher low lower
		record price prices cost costs tax taxes market markets stock stocks share shares bank banks loan loans debt money
		trade trades export exports import imports sanctions tariff tariffs profit profits loss losses sales sale sell sells sold buy
		buys bought pay pays paid company firm firms business industry factory workers worker jobs job strike strikes union
		school schools student students university teacher teachers child children women woman men man people family families health
		hospital hospitals doctors doctor disease vaccine virus city town village street house homes home road roads railway rail
		train trains airport airline airlines flight flights plane planes car cars bus crash crashes north south east west northern
		southern eastern western central world country countries nation nations national state states united kingdom foreign
		affairs office official officials chief head king queen british american russian chinese indian turkish afghan iranian
		kazakh kyrgyz uzbek tajik turkmen asian european russia china india turkey ukraine kazakhstan uzbekistan kyrgyzstan
		tajikistan tashkent turkmenistan's asia europe america africa germany france japan korea afghanistan
		islamic muslim church rights human freedom press news media journalist journalists website internet online data
		phone phones game games team teams match player players coach cup league final season goal goals title champion champions
		film films movie music show star stars book books art festival award awards prize best big bigger biggest small large
		great good better bad worse young old long short top key major early late free full former fresh joint
		question questions answer review letter statement speech interview story stories life time times way ways
		things thing work works working help helps need needs want wants look looks can must might let
		says' tells told ask asks asked deny denies rejects reject accuse accuses accused blame blames claims claim charges charged
		faces face fears fear hopes hope backs support supports aid crisis conflict clash clashes fighting fighters fight fights
		raid raids plot bust seize seizes seized smuggling drugs drug migrants migrant migration refugees refugee citizens citizen
		mps lawmakers senate deputy ambassador envoy council committee commission body members member group groups force forces
		nuclear plant plants project projects solar wind pipeline pipelines corridor route routes canal glacier glaciers harvest
		cotton wheat grain food farm farmers coal uranium gold copper mine mines budget billion million thousand per cent percent
		dollar dollars pound pounds corp inc ltd co stg dlrs mln bln shrs qtr div sees ups raises raise unit units
		unveils unveiled widen widens returns return resume resumes suspends suspended delays delay delayed cancels tops leaves
		left right moves move turns turn bring brings brought runs run stays stay waits wait remains remain gains gain`},
	{english, 2, `
		morning evening opening meaning warning mining training learning joining turning signing planning running winning beginning
		remaining strengthening returning happening listening lightning cleaning burning
		least once again ago always never ever away along across around behind below above beyond within without despite since until
		every everyone everything nothing something someone anyone whether yet though although however instead rather together
		many much less enough several half third fourth quarter twice single double whole total main true open wide
		able ready likely unlikely sure clear hard easy safe strong weak heavy light deep rich poor hot cold warm dry
		use used using uses try tries tried add adds added join joins joined call called name named become becomes became begun
		ask read write wrote written speak speaks spoke talk learn learns teach know known knows think thinks thought feel felt believe
		believes hope expect expects expected fail fails failed fly flies flew drive drives driver drivers ride walk walks stand stands
		stood sit send sends sent receive receives received offer offers offered accept accepts reach reaches reached discuss discusses
		discussed address addresses approve approves approved adopt adopts adopted pass passes passed vow vows vowed pledge pledges
		pledged promise promises order orders ordered block blocks blocked save saves saved rescue rescued protect protects check checks
		tests test tested train trained treat treated fix fixed change changes changed cross crosses crossed enter enters entered
		escape escaped flee flees fled die died born live lives living lived carry carried catch caught throw threw shoot shot shooting
		shootout stab stabbed stabbing murder murdered kill killing rob robbery theft stolen steal fraud corruption bribe bribery
		probe probes inquiry investigation investigate investigates lawsuit sue sues sued guilty innocent sentence sentenced verdict
		appeal appeals lawyer lawyers attorney custody hostage hostages gunman gunmen gunfight weapon missile missiles drone drones
		tank tanks shelling shells soldier soldiers navy naval commander general's truce ceasefire peacekeepers alliance ally allies
		partner partners partnership strategic relations ties neighbour neighbours neighbor neighbors cabinet congress assembly
		speaker premier resign resigns resigned sacked fired hired appoint appoints appointed named heads headed chair chairman
		boss chiefs royal prince princess queen's lord mayor governor ruler rule rules ruled ruling order protest protests protesters
		rally rallies unrest riot riots revolt coup dissident activist activists campaign campaigners charity donation donors fund funds
		funding investment investor investors invest invests growth demand supply supplies output production produce produces produced
		producer producers maker makers brand brands store stores shop shops retailer customers consumer consumers earnings revenue income
		wage wages dividend quarterly annual yearly monthly weekly daily bond bonds yield yields rate rates interest credit lender lenders
		currency merger bid bids buyout takeover stake stakes owner owners owned assets asset shareholders bankruptcy bankrupt files filed
		filing chapter chain default crude barrel oilfield refinery steel iron metal metals sugar coffee cocoa corn soybean soybeans crop
		crops livestock cattle beef pork meat milk bread rice tea fish fishing sheep horse horses dog dogs cat cats bear bears wolf wolves
		bird birds tree trees forest park mountain mountains hill valley desert island coast beach ocean ice climate weather forecast wave
		waves heat heatwave freeze frost fog dust mud mudslide mudslides landslide avalanche pollution smog waste emissions carbon
		green clean renewable hydropower reservoir reservoirs turbine turbines hydroelectric electricity blackout blackouts outage outages
		shortage shortages customs checkpoint crossing crossings gateway cargo freight truck trucks ship ships shipping port ports bridge
		bridges tunnel highway metro subway engine engines fuel petrol tickets ticket passenger passengers pilot pilots tourist tourists
		tourism hotel hotels restaurant museum theatre theater library palace mosque mosques temple cathedral bishop pope holy faith
		ancient history historic century discovered discovery archaeologists scientists scientist science research researchers space
		rocket satellite moon earth planet robot robots computer computers software app apps device devices screen smartphone users user
		hackers hacker cyberattack password privacy search web site page pages blog post posts tweet tweets channel channels radio tv
		television broadcast audience actor actress singer songs song album band concert dance dancer stage opera poet poetry novel
		painting paintings artist artists exhibition fashion dress beauty love wedding marriage divorce birthday birth baby babies
		mother father son daughter brother sister wife husband girl girls boy boys teen teens teenager youth elderly friends friend
		kids parents patients patient nurse nurses surgery cancer heart drugs drug medicine medical outbreak infection measles polio flu
		football soccer basketball tennis boxing wrestling wrestler hockey chess olympic olympics medal medals gold silver bronze race
		racing runner cycling swimming coach squad striker goalkeeper fans fan title titles tournament defeat defeats defeated victory
		thousands hundreds dozens millions trillion number numbers figures figure list lists map guide tips advice rule facts fact myth
		truth lies secret secrets mystery surprise dream dreams nightmare hero heroes victim victims survivor survivors witness witnesses
		volunteers volunteer refugee camp camps aid relief hunger famine poverty homeless housing rent property estate land soil`},
	{english, 1, `
		a an do me us am any new ex mr mrs ms dr st via vs non anti pro post president central general international federal regional
		public local social digital video live update updates analysis opinion editorial photo photos statement briefing
		cooperation region regions regional forum conference session visa airport regime opposition party leader reform
		saudi hindi canada florida agenda uganda rwanda honda propaganda iraq qatar sudan jordan afghan panda africa america pakistan iran
		bishkek dushanbe ashgabat tokayev mirziyoyev japarov rahmon azerbaijan armenia georgia belarus mongolia moscow beijing
		london washington nato eu un uk u.s. usa organ began slogan dollar similar popular regular particular
		nuclear pillar calendar secular`},

	{german, 3, `vir wat elke hierdie nie sal enhver denne også bliver skal fordi noen alle
		der und mit von den nicht auf ein eine einen einem einer für über nach beim dem zur zum im aus sich wird wurde
		werden hat haben ist sind auch bei wie vor gegen zwischen durch noch mehr nur aber oder seit unter um bis kein keine
		het een van voor niet zijn ook naar wordt bij uit heeft maar deze tegen tussen jaar nieuwe
		och att som för är på av med den det till ett inte har efter från vid om kan ska nya
		og til ikke på fra vil blir ble sier etter mot har som nye siger efter
		das präsident gipfel regierung`},
	{german, 2, `die das es sie er ich wir de en te op aan om dat af er i et har se du sig var hon han kommer als wenn zu`},
	{german, 1, `for of over met in at an am man will was war is so`},
	{french, 3, `le les des et du une est dans pour sur au aux avec ce cette ces qui que son sa ses par plus pas ne sont été
		contre entre après selon chez leur leurs ont été être mais ou où nous vous il elle
		el los las y con por para del que se su sus una como más al este esta pero entre sobre tras hasta desde según
		il di che della del dei delle degli nel nella con una gli alla dal dalla sono più anche ha
		da dos das em os uma com não na nas nos ao pela pelo mais foi são
		și în din pentru care este pe cu la fost că nu`},
	{french, 2, `a do no non per la en un de lo e o os à al si ma se da`},
	{polish, 3, `ki bi ter pri ali pa tudi so biti lahko vsak
		w z na się nie że jest przez oraz po od jak dla za są ze przed być roku czy jego
		v se že na je si ve od podle jako který která aby jsou byl má
		je za su da se na od što koji koja će sa kako bi nije`},
	{polish, 1, `i o k ale po`},
	{turkish, 3, `ve bir bu ile için olarak daha çok olan gibi kadar sonra göre en yeni türkiye cumhurbaşkanı bakanı oldu etti dedi
		edildi yaptı ettiği olduğu ancak ise var yok değil üzerinde arasında karşı son
		və bir bu ilə üçün olan görə sonra azərbaycan prezidenti edib olub deyib bildirib
		 bilen üçin bu boýunça türkmenistanyň türkmenistan hem barada prezidentiniň gurbanguly berdimuhamedow serdar
		hám ushın menen haqqında qaraqalpaqstan boyınsha`},
	{turkish, 2, `her da de ne o ki mi açıklandı bakan genel yılında göre bin`},
	{finnish, 1, `on si na`},
	{finnish, 3, `ja ei että se oli mutta kun hän ovat myös sen vuoden
		az egy és hogy nem volt meg már csak de ez azt
		yang dan di untuk dengan ini dari pada tidak itu ke akan dalam oleh juga telah saat warga
		 ja et ka kui oli ning ir ar uz ka kas
		của và là có không cho được một trong người với
		ang ng sa mga para`},
}

var latinEndings = []list{
	{english, 3, `ning nning ness ful ough ought ight ights ship ships ably ibly ally ively tional tially ingly edly`},
	{english, 2, `ular ollar ing ings ly tions ous able less ity ities ght ghts ward wards th ths cks ck cy ics ists ies ied ees oms
		eed eeds ying ssed nced ated ized ised rted nted lled cked shed ched ished ened ered owed ayed wn ew ews ows oods ood ook
		oks ooks ield ields eak eaks eal eals eat each ears ead eads oad oads oats oint oints ound ounds ould ouse ause tch tches
		ches shes thes ger gers dge dges sts ngs nds cts pts lts rks nks sks lks rms mps mbs rds lds rns wns wers ters ders ners ers
		nting nding ther thers ways`},
	{english, 1, `tion ed ment ments ence ance ences ances ency ancy ry ty gy my al als ay ays ey eys ow ss ll sh nd nt nts rs ts ks ds
		ns ms ps ls ws gs ism ist ive ives ure ures age ages ory ary ish ian ians ese er or ors ee`},
	{german, 3, `ung ungen keit heit lich liche lichen licher isch ische ischen ischer schaft schen tsch igen ige
		heid lijk lijke ering eringen ningen ingen schap elijke ling`},
	{german, 2, `iert ieren eren ellen enen eten ende nden sten sche ssen ningen ande else hed`},
	{german, 1, `ing ten tet ter tes tem elle aten en er es et ers ion ent el ik ed tion al est st cht ck ks nd rd`},
	{french, 3, `aient eurs euse eux ique iques ement ements isme ité ités ción ciones dad dades mente zione zioni ção ções dade
		miento ando endo ados adas idos idas ità iones ació ului ilor tatea ele`},
	{french, 2, `ado ada ido ida ale ali ese esi eur aire aires iste istes elle elles
		ière rà rá ando ente enti ente are ere ire ato ati ata ate uti uto ione ioni ini oni ani eri ori ari zza ggio
		ais aise oux oir ois ain aine aines`},
	{french, 1, `tion tions ance ence ances ences ment ments able ables ants ent ents oire ense enses
		ista isti ica ico ici iche al ales os as ia io ie ée és ez on re ra ri ro na ne no ta te to ti la le lo li za zo ga da`},
	{polish, 3, `ego ego owi owie ych ich ami ach ość ości nie nia enia ania ski ska skie skiego skiej wać ła ły ło
		ství ského ský ská ské ovat ují nih kog skog ski ske iti ati ima jskim`},
	{polish, 2, `cja cji cie acja acji ije ano`},
	{polish, 1, `ou em ka ki ko ku ny na ne ni zne eni ana`},
	{turkish, 3, `ları leri ların lerin larının lerinin ında inde ından inden sında sinde sından sinden ıyor uyor üyor acak ecek
		mış miş muş müş ıldı nın nin nün ler lere lerde lerden mek mesi mesine meye dir dır iyle ıyla lık luk lük
		ldı ndı dı dü tı tü laşdı
		lər ləri lərin lərinin dür ıb ib ub üb əcək acaq
		lary laryň leriň lýar ýar ýär ýän ynda inde myş dyr syny myz ymyz dylar diler lyk yň iň ndy ldy ady ylan nyň
		lardıń lerdiń nıń niń tıń ǵan gen`},
	{turkish, 2, `iyor nden den dan dili diler lik mak ması li lu lı sız siz cı`},
	{turkish, 1, `lar lara larda lardan ildi dir ti tu di du ta da te de ca ce`},
	{finnish, 3, `ssa ssä sta stä lla llä lle lta ltä iden jen inen isen ista ksi vat vät een iin
		ban ben ról ről ból ből nak nek val vel hoz ság ség ott ett
		annya kan nya isasi`},
	{finnish, 2, `asi isi`},
	{latinUzbek, 2, `asi isi usi`},
}
