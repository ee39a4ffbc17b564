"""What sites say on their own behalf amid an article (litter.py): parts of regular expressions, letter case aside."""

# what a reader is told to do
IMPERATIVES = (
    r"sign up", r"subscribe(?! to industry)\b", r"download (?:our|the (?!data|file|report))\b",
    r"download (?:now|here|free)\b", r"follow us", r"join (?:our|us)\b",
    r"get (?:our|the (?:latest|best|day)|all the|more (?:news|stories|of)|breaking|your daily|unlimited|access)\b",
    r"click here", r"tap here",
    r"stay (?:informed|updated|up to date|ahead|connected) (?:with|by|on) (?:our|us|the latest|news)\b",
    r"want (?:more|the latest)\b", r"like what you", r"enjoy(?:ing|ed)? (?:this|our)", r"(?:never|don['’]t) miss",
    r"register (?:for|here|now|today)", r"become an? (?:member|subscriber)", r"support our", r"pick up",
    r"receive (?:our|breaking|daily)\b", r"install (?:our|the)",
    r"(?:melden|abonnieren|bestellen|laden|tragen|erhalten|folgen|registrieren|installieren) sie",
    r"(?:melde?|abonniere?|bestelle?|lade?|folge?|hole?|trage?) (?:dich|dir|uns(?:er\w*)?|jetzt|den|die|das|hier)\b",
    r"(?:hier|jetzt) (?:\w+ )?(?:anmelden|abonnieren|bestellen|herunterladen|registrieren|laden)", r"inscrivez-vous",
    r"abonnez-vous", r"recevez", r"téléchargez", r"suivez", r"rejoignez", r"suscríbe(?:te|se)",
    r"reciba?e? (?:nuestr|las|en|gratis|todas)", r"regístre?a?[ts]e", r"descarga?u?e? (?:la|nuestra|gratis)",
    r"síg[ue]e?nos", r"sigue (?:a|nuestr)", r"apúntate", r"únete", r"inscreva-se", r"assine", r"receba", r"baixe",
    r"siga", r"cadastre-se", r"acompanhe", r"iscriviti", r"iscrivetevi", r"ricevi", r"scarica", r"segui(?:ci)?\b",
    r"abbonati", r"schrijf (?:je|u) in", r"meld (?:je|u) aan", r"abonneer je", r"ontvang", r"volg ons", r"zapisz się",
    r"subskrybuj", r"pobierz", r"obserwuj", r"dołącz", r"prenumerera", r"anmäl dig", r"ladda ner",
    r"följ (?:oss|vår)", r"tilmeld dig", r"hent (?:vores|appen)", r"følg (?:os|oss|vores)", r"meld deg på",
    r"last ned", r"abonner på", r"tilaa", r"lataa", r"seuraa", r"přihlaste se", r"odebírejte", r"stáhněte",
    r"sledujte", r"подпи(?:шитесь|сывайтесь)", r"скачайте", r"читайте нас", r"следите за",
    r"підпи(?:шіться|суйтесь|суйтеся)", r"завантаж", r"abone ol", r"kayd[oı]lun", r"indirin", r"takip edin", r"اشترك",
    r"حمّل", r"تابعونا", r"订阅", r"訂閱", r"下载", r"下載", r"关注我们", r"關注我們", r"구독하", r"다운로드하",
)  # fmt: skip

# the same where the verb stands last
REQUESTS = (
    r"登録(?:は|する|して)", r"購読(?:は|する|して)", r"ダウンロード(?:は|する|して)", r"フォローする",
    r"구독(?:하기|신청)", r"신청하기",
)  # fmt: skip

# what for
THINGS = (
    r"news-?letters?", r"in-?box", r"posteingang", r"postfach", r"lettres? d['’]info", r"infolettre", r"bolet[ií]n",
    r"boletim", r"nieuwsbrief", r"nyhetsbrev", r"nyhedsbrev", r"uutiskirje", r"рассылк", r"розсилк", r"bülten",
    r"メルマガ", r"メールマガジン", r"ニュースレター", r"뉴스레터", r"النشرة", r"通讯", r"通訊", r"电子报", r"電子報",
    r"(?<![\w-])apps?\b", r"applis?\b", r"(?:notre|nos|l.)applications?\b", r"notre application", r"aplicaci[oó]n",
    r"aplicativo", r"applicazione", r"aplikacj", r"aplikaci", r"приложени", r"застосунок", r"додаток", r"uygulama",
    r"アプリ", r"应用", r"應用", r"앱", r"تطبيق", r"telegram", r"whatsapp", r"youtube", r"facebook", r"instagram",
    r"twitter", r"google (?:news|discover)", r"tiktok", r"linkedin",
    r"(?:our|unser\w*|notre|nuestro|nosso) (?:podcast|magazine?|channel|kanal)", r"app store", r"google play",
    r"digital (?:edition|access)", r"subscri(?:ber|ption)s?", r"abo\b", r"abonnement",
    r"(?:news|email|e-mail|breaking) alerts?", r"notifications", r"print edition", r"our journalism",
)  # fmt: skip

# what a site earns by its links
AFFILIATES = (
    r"affiliate[- ]?(?:links?|commission|partner|programme?|disclosure)", r"affiliate-?links?",
    r"liens? (?:d['’])?affili(?:é|ation)", r"enlaces? de afiliad", r"links? de afiliad", r"link di affiliazione",
    r"link affiliati", r"link\w* afiliacyjn", r"affiliatelänk", r"annonselenke", r"affiliate odkaz",
    r"партн[её]рск\w+ ссылк", r"アフィリエイト", r"联盟链接", r"聯盟行銷", r"제휴 링크",
    (
        r"(?:earn|receive|get|make|collect|paid)s? (?:us )?(?:an? )?(?:small |affiliate |referral "
        r"|modest )*(?:commission|compensation)"
    ),
    r"(?:erhalten|bekommen|verdienen)\b.{0,40}\bprovision", r"provision\b.{0,30}\b(?:erhalten|bekommen|vom händler)",
    r"(?:percevoir|toucher|recevoir) une (?:petite )?commission",
    r"(?:recibir|ganar|obtener) una (?:pequeña )?comisión", r"(?:receber|ganhar) uma (?:pequena )?comissão",
    r"(?:ricevere|guadagnare|percepire) una (?:piccola )?commissione", r"commissie (?:ontvangen|verdienen)",
    r"(?:otrzymać|otrzymujemy) prowizj",
)  # fmt: skip

# words by which a site speaks of itself and to its reader
SITE_PRONOUNS = (
    r"we", r"our", r"us", r"this (?:article|post|page|story|site)", r"if you", r"when you",
    r"through (?:our|the|these) links", r"wir", r"uns\w*", r"diese[rsm]?", r"nous", r"nos", r"cet article",
    r"nuestr\w*", r"este (?:artículo|artigo)", r"noss\w*", r"questo articolo", r"nostri", r"wij", r"we",
    r"dit artikel", r"ten artykuł", r"artykule", r"denna", r"den här", r"denne", r"мы", r"наш\w*", r"podemos",
    r"potremmo", r"možeme",
)  # fmt: skip

# where an article was printed: whole lines
PRINTED = (
    (
        r"(?:a version of )?(?:this|the) (?:article|story|piece|interview|essay|feature"
        r"|review) (?:(?:also|first|originally) )*(?:appear(?:s|ed)|ran|was (?:first "
        r"|originally )?published|is (?:taken )?from) .{0,80}\b(?:issue|edition|magazine|newspaper)\b.{0,120}"
    ),
    (
        r"(?:dieser|der) (?:text|artikel|beitrag) (?:ist (?:zuerst |erstmals )?)?(?:erschien\w*"
        r"|stammt|ist).{0,80}\b(?:ausgabe|heft|magazin)\b.{0,60}"
    ),
    (
        r"(?:cet article|ce texte) (?:est (?:paru|extrait|issu)|a été publié).{0,80}\b(?:numéro"
        r"|magazine|édition)\b.{0,60}"
    ),
    (
        r"(?:este (?:artículo|artigo|texto)).{0,40}\b(?:publicad|apareci).{0,60}\b(?:número|edición"
        r"|edição|revista)\b.{0,60}"
    ),
)  # fmt: skip

# how a disclaimer begins
DISCLAIMERS = (
    r"(?:legal |important )?disclaimer", r"legal notice", r"haftungsausschluss", r"rechtlicher hinweis",
    r"avertissement", r"clause de non-responsabilité", r"descargo de responsabilidad",
    r"aviso (?:legal|de responsabilidad)", r"isenção de responsabilidade", r"esclusione di responsabilità",
    r"zastrzeżenie prawne", r"ansvarsfriskrivning", r"ansvarsfraskrivelse", r"vastuuvapauslauseke",
    r"отказ от ответственности", r"відмова від відповідальності", r"sorumluluk reddi", r"yasal uyarı", r"免责声明",
    r"免責聲明", r"免責事項", r"면책", r"إخلاء (?:المسؤولية|مسؤولية)",
)  # fmt: skip

# whose views they are: whole lines
VIEWS = (
    (
        r"\W*(?:the )?(?:views|opinions|thoughts)(?: and (?:views|opinions))? (?:expressed|stated"
        r"|presented|in this)\b.{0,300}"
    ),
    (
        r".{0,40}\b(?:gibt|geben) (?:nicht (?:zwingend "
        r"|notwendigerweise )?)?die (?:eigene )?meinung de[rs] (?:autor|verfasser).{0,200}"
    ),
    (
        r"\W*(?:les (?:opinions|propos) exprimés|las opiniones (?:expresadas|vertidas)"
        r"|as opiniões expressas|le opinioni espresse)\b.{0,300}"
    ),
)  # fmt: skip

# who stands where in a picture
PICTURE_POSITIONS = (
    r"from (?:the )?left", r"left to right", r"l[- ]to[- ]r", r"(?:second|third) from (?:left|right)", r"von links",
    r"v\.\s?l\.(?:\s?n\.\s?r\.)?", r"de gauche à droite", r"à gauche", r"de izquierda a derecha",
    r"(?:da esquerda|da sinistra)", r"vanaf links", r"v\.l\.n\.r", r"od lewej", r"från vänster", r"fra venstre",
    r"zleva", r"слева направо", r"зліва направо", r"soldan sağa",
)  # fmt: skip

# headings
ABOUT_THE_AUTHOR = (
    r"about the (?:author|writer|reporter)s?", r"über (?:den autor|die autorin|die autoren)", r"zur person",
    r"à propos de l['’]auteur\w*", r"sobre (?:el autor|la autora|o autor|a autora)",
    r"(?:sull['’]autore|l['’]autore)", r"over de auteur", r"o autor(?:ze|ce)", r"om författaren", r"om forfatteren",
    r"об авторе", r"про автора", r"著者(?:について|紹介)", r"作者(?:简介|簡介)", r"yazar hakkında",
)  # fmt: skip
