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
	{english, 1, `
		a an do me us am any new ex mr mrs ms dr st via vs non anti pro post president central general international federal regional
		public local social digital video live update updates analysis opinion editorial photo photos statement briefing
		cooperation region regions regional forum conference session visa airport regime opposition party leader reform
		canada florida agenda uganda rwanda honda propaganda iraq qatar sudan jordan afghan panda africa america pakistan iran
		bishkek dushanbe ashgabat tokayev mirziyoyev japarov rahmon azerbaijan armenia georgia belarus mongolia moscow beijing
		london washington paris nato eu un uk u.s. usa organ began slogan dollar similar popular regular particular
		nuclear pillar calendar secular`},

	{german, 3, `der und mit von den nicht auf ein eine einen einem einer für über nach beim dem zur zum im aus sich wird wurde
		werden hat haben ist sind auch bei wie vor gegen zwischen durch noch mehr nur aber oder seit unter um bis kein keine
		het een van voor niet met zijn ook naar wordt bij uit heeft maar deze over tegen tussen jaar nieuwe
		och att som för är på av med den det till ett inte har efter från vid om kan ska nya
		og at til ikke på fra vil blir ble sier etter mot har som nye siger efter over
		das präsident minister gipfel regierung`},
	{german, 2, `die das es sie er ich wir de en te op aan om dat in af er i et har se du sig var hon han kommer als wenn zu`},
	{german, 1, `at an am man will was war is so`},
	{french, 3, `le les des et du une est dans pour sur au aux avec ce cette ces qui que son sa ses par plus pas ne sont été
		contre entre après selon chez leur leurs ont été être mais ou où nous vous il elle
		el los las y con por para del que se su sus una como más al este esta pero entre sobre tras hasta desde según
		il di che della del dei delle degli nel nella con per una gli alla dal dalla sono più anche come non ha
		da do dos das em os uma com não na no nas nos ao pela pelo mais foi são
		și în din pentru care este pe cu la a fost că nu`},
	{french, 2, `la en un de lo e o os à al si ma se da`},
	{polish, 3, `w z na się nie że jest przez oraz po od jak dla za są ze przed być roku czy jego
		v se že na je si pro ve od podle jako který která aby jsou byl má
		je za su da se na od što koji koja će sa kako bi nije`},
	{polish, 1, `i o k ale po`},
	{turkish, 3, `ve bir bu ile için olarak daha çok olan gibi kadar sonra göre en yeni türkiye cumhurbaşkanı bakanı oldu etti dedi
		edildi yaptı ettiği olduğu ancak ise her var yok değil üzerinde arasında karşı son
		və bir bu ilə üçün olan görə sonra azərbaycan prezidenti edib olub deyib bildirib
		we bilen üçin bu boýunça türkmenistanyň türkmenistan hem barada prezidentiniň gurbanguly berdimuhamedow serdar
		hám ushın menen haqqında qaraqalpaqstan boyınsha`},
	{turkish, 2, `da de ne o ki mi açıklandı bakan genel yılında göre bin`},
	{finnish, 3, `ja on ei että se oli mutta kun hän ovat myös sen vuoden
		az egy és hogy nem is volt meg már csak de ez azt
		yang dan di untuk dengan ini dari pada tidak itu ke akan dalam oleh juga telah saat warga
		si ja on et ka kui see oli ning ir un ar par uz ka kas bet
		của và là có không cho được một trong người với
		ang ng sa mga at na ay para`},
}

var latinEndings = []list{
	{english, 3, `ness ful ough ought ight ights ship ships ably ibly ally ively tional tially ingly edly`},
	{english, 2, `ing ings ly tions ous able less ity ities ght ghts ward wards th ths cks ck cy ics ists ies ied ees oms
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
		miento ando endo ado ados ada adas ido idos idas ità ale ali ese esi iones ació ului ilor tatea ele`},
	{french, 2, `eur aire aires iste istes elle elles
		ière rà rá ando ente enti ente are ere ire ato ati ata ate uti uto ione ioni ini oni ani eri ori ari zza ggio
		ais aise oux oir ois ain aine aines`},
	{french, 1, `tion tions ance ence ances ences ment ments able ables ants ent ents oire ense enses
		ista isti ica ico ici iche al ales os as ia io ie ée és ez on re ra ri ro na ne no ta te to ti la le lo li za zo ga da`},
	{polish, 3, `ego ego owi owie ych ich ami ach ość ości nie nia enia ania ski ska skie skiego skiej wać ła ły ło
		ství ského ský ská ské ovat ují nih kog skog ski ske iti ati ima jskim`},
	{polish, 2, `cja cji cie acja acji ije ano`},
	{polish, 1, `ou em ka ki ko ku ny na ne ni zne eni ana`},
	{turkish, 3, `ları leri ların lerin larının lerinin ında inde ından inden sında sinde sından sinden ıyor iyor uyor üyor acak ecek
		mış miş muş müş ildi ıldı nın nin nün ler lere lerde lerden mek mesi mesine meye dir dır iyle ıyla lık luk lük
		ldı ndı dı dü tı tü laşdı
		lər ləri lərin lərinin dür ıb ib ub üb əcək acaq
		lary laryň leriň lýar ýar ýär ýän ynda inde myş dyr syny myz ymyz dylar diler lyk yň iň ndy ldy ady ylan nyň
		lardıń lerdiń nıń niń tıń ǵan gen`},
	{turkish, 2, `lar lara larda lardan nden den dan dili diler lik mak ması li lu lı sız siz cı`},
	{turkish, 1, `ti tu di du ta da te de ca ce`},
	{finnish, 3, `ssa ssä sta stä lla llä lle lta ltä iden jen inen isen ista ksi vat vät een iin
		ban ben ról ről ból ből nak nek val vel hoz ság ség ott ett
		annya kan nya isasi asi`},
}
