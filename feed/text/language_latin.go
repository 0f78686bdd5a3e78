package text

// latinWords are of languages that are not told: short and frequent ones, so that
// a few words of any of these languages speak against English and Uzbek.
var latinWords = []list{
	{turkish, 3, `
		ve bir bu ile için olarak daha çok olan gibi kadar sonra göre en yeni türkiye cumhurbaşkanı bakanı oldu etti
		dedi edildi yaptı ettiği olduğu ancak ise var yok değil üzerinde arasında karşı son və ilə üçün görə azərbaycan
		prezidenti edib olub deyib bildirib bilen üçin boýunça türkmenistanyň türkmenistan hem barada prezidentiniň
		gurbanguly berdimuhamedow serdar hám ushın menen haqqında qaraqalpaqstan boyınsha`},
	{turkish, 2, `her da de ne o ki mi açıklandı bakan genel yılında bin`},
	{german, 3, `
		vir wat elke hierdie nie sal enhver denne også bliver skal fordi noen alle der und mit von den nicht auf ein
		eine einen einem einer für über nach beim dem zur zum im aus sich wird wurde werden hat haben ist sind auch bei
		wie vor gegen zwischen durch noch mehr nur aber oder seit unter um bis kein keine het een van voor niet zijn ook
		naar wordt bij uit heeft maar deze tegen tussen jaar nieuwe och att som för är på av med det till ett inte har
		efter från vid om kan ska nya og til ikke fra vil blir ble sier etter mot nye siger das präsident gipfel
		regierung`},
	{german, 2, `
		die es sie er ich wir de en te op aan dat af i et se du sig var hon han kommer als wenn zu`},
	{german, 1, `for of over met in at an am man will was war is so`},
	{french, 3, `
		le les des et du une est dans pour sur au aux avec ce cette ces qui que son sa ses par plus pas ne sont été
		contre entre après selon chez leur leurs ont être mais ou où nous vous il elle el los las y con por para del se
		su sus una como más al este esta pero sobre tras hasta desde según di che della dei delle degli nel nella gli
		alla dal dalla sono più anche ha da dos das em os uma com não na nas nos ao pela pelo foi são și în din pentru
		care pe cu la fost că nu`},
	{french, 2, `a do no non per en un de lo e o à si ma`},
	{polish, 3, `
		ki bi ter pri ali pa tudi so biti lahko vsak w z na się nie że jest przez oraz po od jak dla za są ze przed być
		roku czy jego v se že je si ve podle jako který která aby jsou byl má su da što koji koja će sa kako nije`},
	{polish, 1, `i o k ale`},
	{finnish, 3, `
		ja ei että se oli mutta kun hän ovat myös sen vuoden az egy és hogy nem volt meg már csak de ez azt yang dan di
		untuk dengan ini dari pada tidak itu ke akan dalam oleh juga telah saat warga et ka kui ning ir ar uz kas của và
		là có không cho được một trong người với ang ng sa mga para`},
	{finnish, 1, `on si na`},
}

var latinEndings = []list{
	{turkish, 3, `
		ları leri ların lerin larının lerinin ında inde ından inden sında sinde sından sinden ıyor uyor üyor acak ecek
		mış miş muş müş ıldı nın nin nün ler lere lerde lerden mek mesi mesine meye dir dır iyle ıyla lık luk lük ldı
		ndı dı dü tı tü laşdı lər ləri lərin lərinin dür ıb ib ub üb əcək acaq lary laryň leriň lýar ýar ýär ýän ynda
		myş dyr syny myz ymyz dylar diler lyk yň iň ndy ldy ady ylan nyň lardıń lerdiń nıń niń tıń ǵan gen`},
	{turkish, 2, `iyor nden den dan dili lik mak ması li lu lı sız siz cı`},
	{turkish, 1, `lar lara larda lardan ildi ti tu di du ta da te de ca ce`},
	{german, 3, `
		ung ungen keit heit lich liche lichen licher isch ische ischen ischer schaft schen tsch igen ige heid lijk lijke
		ering eringen ningen ingen schap elijke ling`},
	{german, 2, `iert ieren eren ellen enen eten ende nden sten sche ssen ande else hed`},
	{german, 1, `
		ing ten tet ter tes tem elle aten en er es et ers ion ent el ik ed tion al est st cht ck ks nd rd`},
	{french, 3, `
		aient eurs euse eux ique iques ement ements isme ité ités ción ciones dad dades mente zione zioni ção ções dade
		miento ando endo ados adas idos idas ità iones ació ului ilor tatea ele`},
	{french, 2, `
		ado ada ido ida ale ali ese esi eur aire aires iste istes elle elles ière rà rá ente enti are ere ire ato ati
		ata ate uti uto ione ioni ini oni ani eri ori ari zza ggio ais aise oux oir ois ain aine aines`},
	{french, 1, `
		tion tions ance ence ances ences ment ments able ables ants ent ents oire ense enses ista isti ica ico ici iche
		al ales os as ia io ie ée és ez on re ra ri ro na ne no ta te to ti la le lo li za zo ga da`},
	{polish, 3, `
		ego owi owie ych ich ami ach ość ości nie nia enia ania ski ska skie skiego skiej wać ła ły ło ství ského ský
		ská ské ovat ují nih kog skog ske iti ati ima jskim`},
	{polish, 2, `cja cji cie acja acji ije ano`},
	{polish, 1, `ou em ka ki ko ku ny na ne ni zne eni ana`},
	{finnish, 3, `
		ssa ssä sta stä lla llä lle lta ltä iden jen inen isen ista ksi vat vät een iin ban ben ról ről ból ből nak nek
		val vel hoz ság ség ott ett annya kan nya isasi`},
	{finnish, 2, `asi isi`},
}
