// What names are made of, as far as it tells a column of people from a column of things: given names of the English-speaking world (the leaders of a
// century of the United States Social Security Administration's and the British national statistics' yearly lists) and of other countries' lists,
// characters of Chinese given names, parts of Tibetan ones, surnames of Korea, Japan and Vietnam; and words that only things are called by.

export const givenNames: ReadonlySet<string> = new Set(
  `james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew
joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott
brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam nathan henry douglas zachary peter
kyle ethan walter noah jeremy christian keith roger terry austin sean gerald carl harold dylan arthur lawrence jordan jesse bryan billy bruce
gabriel joe logan alan juan albert willie elijah wayne randy vincent mason roy ralph bobby russell bradley philip eugene liam oliver lucas
leo oscar harry charlie archie freddie theo isaac max hugo felix simon martin graham colin neil stuart ian craig trevor nigel
mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly emily donna
michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy amy kathleen angela shirley emma brenda pamela nicole
anna samantha katherine christine debra rachel carolyn janet maria olivia heather helen catherine diane julie victoria joyce lauren kelly
christina ruth joan virginia judith evelyn hannah andrea megan cheryl jacqueline madison teresa abigail sophia martha sara gloria janice
kathryn ann isabella judy charlotte julia grace amber alice jean denise frances danielle marilyn natalie beverly diana brittany theresa kayla
alexis doris lori tiffany chloe mia ella lily lucy ruby poppy freya daisy phoebe zoe eve claire fiona gillian alison hazel tracy lynn wendy
vanessa mandy cindy vivian yvonne winnie fanny ivy kitty eva eric jason kelvin alvin edwin jimmy tony tommy sam ben alex chris mike dave
mohammed muhammad ahmed ali omar fatima aisha jan piotr anna hans peter klaus jurgen pierre jean marie luc carlos luis miguel sofia lucia
giovanni marco paolo giulia yuki hiroshi kenji akira ravi raj priya anil sunil anita
lars nils sven soren mikkel anders henrik magnus erik astrid ingrid annika jens uwe wolfgang gunter dieter matthias florian sabine ursula monika
petra anke birgit heike katrin stefan andreas michel philippe laurent thierry nicolas sebastien francois jacques isabelle nathalie sylvie celine
camille chantal giuseppe luca matteo alessandro francesca chiara valentina elena federica jorge javier alejandro fernando diego pablo rafael
sergio ricardo eduardo roberto carmen pilar isabel joao pedro paulo tiago agnieszka katarzyna malgorzata tomasz krzysztof marcin pawel andrzej
dimitri sergei vladimir ivan olga natalia tatiana svetlana irina hassan hussein ibrahim youssef mustafa abdullah khalid mariam zainab layla
mehmet ayse rajesh amit vijay sanjay deepak suresh ramesh arjun rahul neha pooja kavita lakshmi takashi naoki haruto keiko`.split(
    /\s+/,
  ),
);

/** Characters that Chinese given names are written with. Those that stand in words far oftener than in names (大 方 时 数) are left out. */
export const hanGiven: ReadonlySet<string> = new Set(
  '伟芳娜敏静丽强磊洋勇艳杰娟涛超秀霞刚桂英华慧建国文军玉兰轩浩然梓涵欣怡宇航诗雨晓东思源佳琪俊熙珍红春梅云志林海荣凤清德玲永燕忠龙鹏辉波斌凯健帆帅旭宁晨泽睿博瑞嘉雪洁倩婷颖琳莹瑶萍莉娥巧美莲琴香月莺媛蓉君琼勤贞素爱妹仁义礼智孝祥福贵学武胜友飞彬亮谦亨翰朗伯宏鸣朋栋维启克伦翔辰士庆民哲江山光天达岩茂进坚彪诚敬震壮群豪邦承绍松裕培根树家世立喜宝宗锋峰柳菊竹锦秋冬青璐璇玥妍馨芝芸菲薇蕾蓓彤丹颜雯霖露雅韵逸皓昊铭锐楠桐柏梁楚歆灵淑惠娇婉婕嫣姗妮姝媚珊琦琰瑾瑜璋晖晗晴昌景煜炜烨焕煊灿炎烁沛沐泓润淳渊溪潇澜瀚滨济淼奕宣宸谨远迪遥舒苗荷葵薛蕴虹蝶凌励卓吉嘉奎姿威季尧岚岭崇巍庭康延弘彦恒恩悦惟慕懿扬拓捷攀敦斯昂星晏晟曦曼栩毅毓汉汝沁沄泉淇澄爽琛琨瑛畅益盛真祖禄穆笑笛筠紫纯绮羽翠耀聪育胤芊苇莎菡裕誉豫贝贤赫超辛通邑郁钧钢铁镜陆陶隆雁雄霄霆靖韬韶颂骁骏骥鲁鸿鹤麒麟黎仪依侠信俪僖冠凝勋升卉召吟咏城妙姜娴婧孜宪宾密寅寿展建弦彩影恬恺惜愉愿慈振兴平',
);

/** Two syllables each; a Tibetan name is one or two of them. */
export const tibetanParts: ReadonlySet<string> = new Set(
  (
    '扎西 次仁 卓玛 格桑 央金 旺堆 多吉 丹增 旦增 尼玛 达娃 平措 仁青 索朗 拉姆 德吉 白玛 强巴 洛桑 罗桑 边巴 巴桑 普布 米玛 拉巴 次旦 曲珍 桑吉 顿珠 ' +
    '晋美 嘉措 贡布 才让 卓嘎 央宗 旺姆 次旺 旺久 土登 益西 群培 曲扎 坚赞 洛追 白珍 仓决 措姆'
  ).split(' '),
);

/** The commonest; names of four characters with another two behind. */
export const japaneseSurnames: ReadonlySet<string> = new Set(
  '佐藤 铃木 高桥 田中 伊藤 渡边 山本 中村 小林 加藤 吉田 山田 山口 松本 井上 木村 斋藤 清水 山崎 池田 桥本 阿部 石川 前田 藤田 小川 冈田 后藤 长谷 村上 近藤 石井 坂本 远藤 青木 藤井 西村 福田 太田 三浦'.split(
    ' ',
  ),
);

export const koreanSurnames: ReadonlySet<string> = new Set(
  '김이박최정강조윤장임한오서신권황안송류유홍전고문양손배백허남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길'.split(
    '',
  ),
);

/** As they are romanised, where that is no word of English. */
export const romanSurnames = {
  korean: new Set(
    'kim lee park choi jung jeong kang cho yoon jang lim han oh seo shin kwon hwang ahn song ryu yoo hong jeon ko moon yang son bae'.split(
      ' ',
    ),
  ),
  vietnamese: new Set('nguyen tran pham huynh hoang phan dang bui ngo duong'.split(' ')),
} as const;

/** Words that names of goods, shops, places and steps are made of, and names of people are not. */
export const thingWords: ReadonlySet<string> = new Set(
  `inc ltd llc llp co corp corporation company group holdings gmbh plc bank hotel hotels inn resort store stores shop market mall kitchen restaurant cafe
bar club clinic hospital school university college institute foundation association centre center station airport park street road avenue bridge tower
city county state republic island valley river lake beach north south east west
shirt dress jacket coat jeans pants shorts skirt socks shoes boots sneakers hat cap scarf belt bag wallet ring necklace watch glasses set kit pack box
lamp chair table desk sofa bed pillow blanket towel mug cup bottle pot pan knife kettle cooker maker machine drill tool phone case cable charger
speaker camera screen laptop tablet keyboard mouse toy game book pen paper cake bread cookie chocolate coffee tea juice water wine beer milk cheese
cream soap shampoo lotion oil perfume bouquet roses edition version series model size color colour classic premium deluxe mini
order orders cart checkout payment product products item items added viewed completed started failed created updated cancelled service support
account period card code list page view click sale sales offer discount manager department team`.split(/\s+/),
);
