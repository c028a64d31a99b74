// Hard shapes: single values as they stand in real exports, each with the class that a person would give it, written down by hand and not by the
// generator that the detectors were made with (testing.ts). All numbers are made up; those with check digits have right ones where a class is named.

/** One line: a class, after @ the region in which the values are read where that is not China, two spaces, values between bars. */
export const firstShapes = `
phone  +86 138 0013 8000 | +86-139-1234-5678 | 86 13712345678 | (+86)13612345678 | （+86）159 8765 4321 | 0086-18611112222
phone  138 0013 8000 | 138-0013-8000 | 138.0013.8000 | １３８００１３８０００ | 010-62751234 | 010-62751234-8012 | 010 6275 1234
phone  (010)62751234 | （0755）8655 1234 | 021-5888 1234转305 | 0571-87654321 转 8001 | 0731 82345678 分机12 | 400-820-8820
phone  4008208820 | 800-810-1234 | +852 9123 4567 | +852-2345-6789 | (852) 2345 6789 | 00852 61234567 | +853 6612 3456
phone  +886 912 345 678 | +886-2-2345-6789 | +1 415 555 2671 | +1 (212) 736-5000 | +1-650-253-0000 ext. 42
phone  (212) 736-5000 | +44 20 7946 0958 | +44 (0)20 7946 0018 | +49 30 901820 | +81 3-3224-9999 | +65 6321 1234
phone  +7 495 123-45-67 | +91 98765 43210 | Tel: 010-62751234 | 手机：13912345678 | 电话 0755-86551234 | 138****8000
phone  139 **** 5678 | +86 138****8000 | 1380013**** | 010-6275**** | 13800138000/13900139000 | 13800138000、010-62751234
phone@HK  9123 4567 | 2345 6789
phone@TW  0912-345-678 | (02)2345-6789 | 02-2345-6789#123
phone@US  415-555-2671 | 415.555.2671 | 4155552671 | 1-800-356-9377
national_id  23010319880912108x | 65010219751103217X | 540102 19930721 2177 | 460200-20011130-2179 | 810000199506152178
national_id  83000020000229119X | 91110119820408102X | 身份证号：150702196612252171 | 230103********108X | 330782********2171
national_id  5****************3 | 110105491231002 | A123456(3) | G123456(A) | A123456789
bank_card  4111 1111 1111 1111 | 5500-0000-0000-0004 | 3782 822463 10005 | 6222 0212 0100 3847 566 | 6217000010012345677
bank_card  6228480326547812395 | 6225881234567815 | 6200000000000005 | 2223003122003222 | 2200123456789019
bank_card  3566002020360505 | 36227206271667 | 6011000990139424 | 6759649826438453 | 6222 **** **** 1234
bank_card  622202*********7566 | 5019717010103742 | 4917 4845 8989 7107
email  zhang.san+shop@example.com.cn | o'brien@example.ie | FIRST_LAST@SUB.EXAMPLE.CO.UK | 12345678@qq.example.com
email  Zhang San <zs@example.com> | mailto:zs@example.com | z***@example.com | 张三@例子.中国
email  a.li@example.com;b.wu@example.com | zs@example.com (work)
address  黑龙江省哈尔滨市南岗区西大直街92号 | 新疆维吾尔自治区乌鲁木齐市天山区解放北路222号 | 内蒙古自治区呼伦贝尔市海拉尔区胜利大街15号院2号楼3单元402 | 西藏自治区拉萨市城关区北京中路35号
address  广西壮族自治区南宁市青秀区民族大道136号华润大厦A座2801 | 宁夏银川市兴庆区解放东街1号 | 海南省三亚市吉阳区迎宾路360号 | 四川省阿坝藏族羌族自治州汶川县威州镇桑坪村3组
address  云南省大理市古城人民路中段128号 | 贵州省黔东南苗族侗族自治州凯里市北京东路18号 | 湖北省恩施州利川市谋道镇鱼木村 | 甘肃省酒泉市敦煌市阳关中路12号 | 上海市黄浦区南京东路299号宏伊国际广场15楼
address  重庆市渝中区民生路235号附3号 | 天津市和平区南京路219号天津中心1806室 | 北京市海淀区中关村南大街5号 | 北京海淀区颐和园路5号北京大学 | 深圳市南山区科技园高新南一道飞亚达大厦
address  广东省东莞市长安镇乌沙社区李屋振安东路88号 | 浙江省义乌市国际商贸城二区东大门 | 江苏省苏州工业园区星湖街328号创意产业园 | 福建省厦门市思明区曾厝垵西路 | 香港九龍尖沙咀彌敦道100號5樓
address  香港特别行政区中环皇后大道中99号 | 台北市信義區市府路45號 | 新北市板橋區中山路一段161號 | 澳門新馬路街15號 | 四川大学江安校区西园7舍201 | 湖南省长沙市芙蓉区韭菜园街道***小区*栋***
address  河南省郑州市金水区花园路39号 邮编450008 | 中山路12号3栋2单元501 | 幸福小区8号楼2单元1103室
address  No. 92, West Dazhi Street, Nangang District, Harbin
address  Room 1806, Tianjin Center, 219 Nanjing Road, Heping District, Tianjin 300051
address  1600 Amphitheatre Parkway, Mountain View, CA 94043 | 221B Baker Street, London NW1 6XE
address  10 Downing St, London SW1A 2AA | 350 Fifth Avenue, New York, NY 10118
address  Apt 4B, 77 Massachusetts Ave, Cambridge MA 02139 | PO Box 1234, Wellington 6011
address  Unter den Linden 77, 10117 Berlin | 12 rue de Rivoli, 75001 Paris
address  Flat 5, 12/F, 100 Nathan Road, Tsim Sha Tsui, Hong Kong | Blk 123 Ang Mo Kio Ave 3 #05-67 Singapore 560123
person_name  王伟 | 李娜 | 欧阳明月 | 司马青衫 | 上官婉清 | 令狐文博 | 夏侯子轩 | 阿依古丽·买买提 | 买买提江·吐尔逊 | 努尔艾力•阿不都热合曼 | 阿卜杜拉 · 依明 | 迪丽娜尔.艾合买提
person_name  扎西次仁 | 卓玛央金 | 格桑 | 巴特尔 | 乌云其其格 | 斯琴高娃 | 仁青卓玛 | 岩罕 | 金哲洙 | 陳大文 | 黃美玲 | 劉德明 | 张伟先生 | 王女士 | 李小姐 | 赵老师 | 周*
person_name  王*明 | 李** | 欧阳** | *小明 | 陈　静 | 王 芳 | 单雪 | 覃桂花 | 逄锦绣 | 昝爱国 | 妫海燕 | 张王丽娟 | 山田太郎 | 김민준 | Иван Петров
person_name  John Smith | Mary-Jane O'Neil | Dr. Emily Carter | SMITH, JOHN | Müller, Anna | José García | Nguyễn Văn An
person_name  Søren Nielsen | Wang Xiaoming | WANG XIAOMING | Xiao-Ming Li | Chan Tai Man | CHAN Tai-man | Wong Ka Yan
person_name  Ouyang Mingyue | Lv Fang | Mohammed Al-Rashid | Priya Sharma | Kim Min-jun | ana maria lopez | J. R. Miller
birth_date  1990-03-07 | 1985/12/1 | 19900307 | 1990年3月7日 | 1990.03.07 | 07.03.1990 | March 7, 1990 | 7 Mar 1990
birth_date  1990-03-07 00:00:00 | 1990-03-07T00:00:00+08:00 | 一九九〇年三月七日
ip_address  192.168.1.1 | 203.0.113.7 | 2001:db8::1 | fe80::1%eth0 | ::ffff:192.0.2.1 | 192.168.1.1:8080
ip_address  [2001:db8::1]:443 | 203.0.113.7, 198.51.100.2
device_id  550e8400-e29b-41d4-a716-446655440000 | 6D92078A-8246-4BA4-AE5B-76104861E7DC
device_id  {550e8400-e29b-41d4-a716-446655440000} | 00:1A:2B:3C:4D:5E | 00-1a-2b-3c-4d-5e | 001a.2b3c.4d5e
device_id  9774d56d682e549c | 490154203237518 | 35-693803-564380-9
none  230103198809121081 | 990103198809122170 | 230103198813122170 | 23010319880912217 | 91110000802100433B
none  6222021201003847567 | 1234567812345670 | 2026112612345678 | 2893745019283746501 | 2026112622001412345678901234
none  4200001234202611261234567890 | 284756193847 | 8986011784301234567 | SF1234567890123 | YT8888888888888
none  75312345678901 | JDVB12345678901 | 1Z999AA10123456784 | EA123456789CN | 773123456789012 | 11987654321 | 12345678901
none  400123456789 | TB-20261126-0007 | 京A12345 | 粤B·D12345 | A-10023/7 | 978-7-111-12345-6 | 6901234567892 | 256.1.1.1
none  10.15.7 | v2.3.4-beta | 1.0.0.1234 | 2026-11-26T08:00:00Z | 2026/11/26 08:00 | 1790000000000 | 1790000000
none  20261126080000 | 11:26:08 | 2026-11 | 2026年11月26日 | ¥1,299.00 | $49.99 | 12,345,678.90 | 100 000 000 | -3.5
none  1.5e10 | 99.5% | 010 | 31.2304,121.4737 | 450008 | zs@example | @zhangsan | user@@example.com | a@b | #FF5733 | 北京市
none  广东省深圳市 | 南京路 | 中关村店 | 1号线 | 5号电池 | 2号楼 | 北京路旗舰店 | 上海市第一人民医院 | 路由器3号 | 第3街区 | 市场部 | Wall Street Journal | Abbey Road
none  5th Avenue | Court shoes 42 | The Drive to 55 | Square 12 oz | 高兴 | 黄金 | 白酒 | 马上 | 周末 | 王牌 | 金额 | 安全 | 方向 | 高级 | 常见
none  温度 | 石家庄 | 马鞍山 | 李子 | 程序 | 路由 | 江苏 | 云南 | 时间 | 易碎 | 单价 | 包装 | 满减 | 全部 | 平台 | 华夏 | 张小泉剪刀 | 王老吉凉茶 | 李锦记蚝油 | 康师傅 | 蓝月亮
none  海飞丝 | 华为手机 | 红富士 | 管理员 | 匿名用户 | 白色·加大 | 长沙市晨光科技有限公司 | 王记包子铺 | 李家大院酒店 | 北京同仁堂 | 周大福珠宝 | Wang's Kitchen
none  Johnson & Johnson | Morgan Stanley | Jack Daniel's | Ralph Lauren | Calvin Klein | Thomas Cook | Hugo Boss
none  Louis Vuitton | Martin Guitars Inc. | Blue Denim Jacket | Victoria Sponge Cake | Max Power Drill
none  Jasmine Green Tea | Ruby Chocolate | Lily Bouquet | Grace Period | New York | San Francisco | Los Angeles
none  Order Completed | Add To Cart | Customer Service | Hong Kong | Chang An
`;

/** Written before anything was changed for the first table, and looked at only after that: nothing was changed for these. */
export const secondShapes = `
phone  +86 (0)10 6555 0199 | +8613566667777 | 86-137-0000-1111 | 158 2345 6789（微信同号） | 177-0010-0020 | （025）8432-1098
phone  0898-66778899 | (0592) 2233445 | 022-23456789-601 | 8620-83331234 | 4006-123-456 | 95588 | 电话：029-87654321
phone  联系电话 13987654321 | 150****6677 | 15012**6677 | +86 186 **** 2233 | 0755-8888**** | 13611112222 / 13633334444
phone  +853 2871 0000 | +852-6123-4567 | (+852) 2987 6543 | +886-4-2223-4567 | +1 604 555 0134 | +1.312.555.0187
phone  (646) 555-0143 x12 | +33 1 42 68 53 00 | +61 412 345 678 | +82 2-312-3456 | +971 4 366 8888 | +55 11 98765-4321
phone  +34 612 34 56 78
phone@HK  6123-4567
phone@TW  04-2223-4567 | 0933 123 456
phone@US  (917) 555-0188 | 1 (305) 555-0167
phone@GB  07700 900123 | 020 7946 0321
phone@DE  030 901820
national_id  440307199502283367 | 61010419781119212x | 220182 19651001 0451 | 820000201012120020 | ID: 630103198704175588
national_id  440307********3367 | 610***********212X | 2****************1 | 320102680512123 | C668668(9)
bank_card  6214 8330 1234 5677 | 6222620130004567896 | 6236 6812 3456 7890 129 | 4367421234567896 | 5187101234567899
bank_card  3769 661234 56780 | 3531113330300008 | 2202202012345678 | 4367 **** **** 5678 | 621483******4567
bank_card  卡号：6222620130004567896
email  li.si_2020@mail.example.com | WANG@example.org | "Li, Si" <lisi@example.com> | l***i@example.cn
email  info@example.travel | a@example.com, b@example.com | chen%test@example.co | d’arc@example.fr
address  吉林省长春市朝阳区人民大街4026号 | 辽宁省大连市沙河口区中山路576号乙1单元9楼2号 | 山西省太原市小店区长风街705号和信商座 | 陕西省西安市雁塔区小寨东路126号百隆广场B座1502
address  青海省海西蒙古族藏族自治州格尔木市昆仑中路6号 | 江西省南昌市红谷滩区世贸路969号 | 安徽省合肥市蜀山区黄山路468号4栋 | 河北省石家庄市长安区中山东路265号 | 山东省青岛市市南区香港中路10号颐和国际A座
address  云南省西双版纳傣族自治州景洪市宣慰大道99号 | 湖南省湘西土家族苗族自治州吉首市人民北路56号 | 四川省甘孜州康定市炉城镇东大街 | 广东省佛山市顺德区大良街道延年路23号之一 | 上海浦东新区世纪大道100号
address  天津滨海新区第三大街51号W5座 | 重庆市江北区观音桥步行街9号-12-3 | 杭州市余杭区文一西路969号3号楼5层 | 武汉东湖高新区关山大道1号光谷软件园 | 成都市高新区天府三街198号
address  海口市美兰区蓝天路西12号3单元 | 阳光花园3期12栋2单元602 | 清华大学紫荆公寓16号楼302 | 台灣高雄市苓雅區四維三路2號 | 香港新界沙田正街18號新城市廣場 | 澳门氹仔孙逸仙大马路12号
address  河南省周口市鹿邑县马铺镇前李行政村15号 | 甘肃省陇南市武都区城关镇 | 中国浙江省宁波市鄞州区首南街道泰康中路558号 315100
address  Building 3, No. 969 West Wenyi Road, Yuhang District, Hangzhou 311121
address  18F, Tower B, 10 Hong Kong Middle Road, Qingdao | 742 Evergreen Terrace, Springfield, OR 97477
address  4 Privet Drive, Little Whinging, Surrey | 1 Infinite Loop, Cupertino, CA 95014
address  Friedrichstraße 43-45, 10117 Berlin | 25 avenue Montaigne, 75008 Paris | Calle de Alcalá 50, 28014 Madrid
address  P.O. Box 77, Nairobi 00100 | 12/45 George Street, Sydney NSW 2000
address  Unit 9, 300 Bukit Timah Road, Singapore 259708
person_name  陈静怡 | 刘洋 | 赵子龙 | 周杰 | 吴敏霞 | 司徒美堂 | 慕容雪 | 尉迟琳 | 热依汗·阿布都拉 | 古丽米热·吾甫尔 | 艾尔肯・托合提 | 次旺多吉 | 达娃卓玛 | 旦增 | 阿拉坦其其格
person_name  朴英爱 | 韦玉兰 | 阿木尔 | 沙马拉毕 | 何香凝女士 | 孙经理 | 冯* | 郑*龙 | 诸葛* | *丽华 | 周　涛 | 蕭敬業 | 鄭秀文 | 璩美凤 | 隗静 | 鲍蕾 | 谭咏 | 钟楚曦
person_name  鈴木一郎 | 박서연 | Ольга Смирнова | Robert Brown | Anne-Marie Dubois | Prof. Daniel Weber | Garcia Lopez, Maria
person_name  DUPONT Pierre | François Lefèvre | Trần Thị Mai | Lars Johansson | Zhao Jianguo | LIU FANG | Jianguo Zhao
person_name  Cheung Wing Yan | Park Ji-hoon | Zhuge Liang | Fatima Hassan | Rajesh Kumar | Oluwaseun Adeyemi
person_name  Aleksander Nowak | T. S. Walker | Chiara Bianchi
birth_date  1978-11-19 | 1978/11/19 | 19781119 | 1978年11月19日 | 19.11.1978 | Nov 19, 1978 | 19 November 1978
birth_date  1978-11-19 00:00:00.000 | 1978-11-19T00:00:00Z
ip_address  172.16.254.3 | 198.51.100.23 | 2001:0db8:85a3:0000:0000:8a2e:0370:7334 | 2001:db8:1::ab9:c0a8:102
ip_address  198.51.100.23:51234 | 198.51.100.23, 10.0.0.5, 10.0.0.1
device_id  123e4567-e89b-12d3-a456-426614174000 | AEBE52E7-03EE-455A-B3C4-E57283966239 | 3C:22:FB:0A:11:9E
device_id  3c22.fb0a.119e | 352099001761481 | b1f7e6ad9c034e58
none  440307199502283361 | 44030719950231336X | 000000199001011234 | 91440300708461136T | 6214833012345670
none  7777888899990000 | 1000200030004000 | 20261126143015998877 | 202611261430159988 | 2200123412341234567890
none  8888012345678901 | 460011234567890 | SF6023456789012 | ZTO78912345678901 | YT2233445566778 | 432198765432109
none  RR123456785CN | 10234567890 | 0000123456 | PO-2026-11-00891 | 沪A·D88888 | B2C-556-19 | 9787302511234
none  6923450657713 | 300.168.1.1 | 12.0.1 | Chrome/131.0.0.0 | 2026-11-26 14:30 | 26/11/2026 | 14:30:15.998
none  1795666972531 | 1795666972 | 20261126 | 2026Q4 | CNY 2,399.00 | €1.299,00 | 1 234 567 | 0.0825 | +15% | -12.75
none  121.4737, 31.2304 | 518000 | lisi@ | @example | 3 for 2 @ $5 | #A1B2C3 | 上海 | 江苏省苏州市 | 解放路 | 人民路店 | 2号线 | 7号楼 | 三楼
none  太平洋百货 | 南京大学 | 西湖龙井 | 财务部 | Broadway | Street Style | Main Course | Place Holder | Route 66 | Drive 128 GB | 平安
none  黄瓜 | 白菜 | 高铁 | 马桶 | 周年 | 王者 | 金属 | 方便面 | 安装 | 常温 | 连衣裙 | 牛奶 | 石材 | 程度 | 江湖 | 云端 | 水果 | 许可 | 明天 | 关闭 | 万元 | 任务 | 成功
none  余额 | 张家口 | 连云港 | 李宁运动鞋 | 周大生 | 陈皮普洱 | 方太油烟机 | 小米手机 | 雷士照明 | 系统管理员 | 游客 | 红色·大号 | 杭州云栖网络科技有限公司 | 张记牛肉面 | 赵家饭店
none  中国平安保险 | Marks & Spencer | Warner Bros | Tommy Hilfiger | Paul Smith | Estée Lauder | Tiffany & Co.
none  Ben's Original | Olive Garden | Cotton Crew Socks | Charlotte Sofa Bed | Oscar Desk Lamp | Jade Roller Set
none  Daisy Chain | Mark Complete | Salt Lake City | Santa Monica | Kuala Lumpur | Payment Failed | Account Created
none  Sales Manager | Shan Xi | Xi An
`;
