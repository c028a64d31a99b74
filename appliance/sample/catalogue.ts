// What Morninglight sells: 200 articles in 20 categories, each with a Chinese and an English name and a price in yuan.
// Small on purpose: people's tastes are over categories, and every article is bought often enough to be counted.

export type Article = {
  readonly productId: string;
  readonly sku: string;
  readonly zh: string;
  readonly en: string;
  readonly category: string;
  readonly categoryZh: string;
  readonly brand: string;
  /** Yuan, two decimals at most. */
  readonly price: number;
};

// One category a line: English | Chinese | typical price | articles as zh=en.
const lines = `
Groceries|粮油副食|39|东北大米=Northeast Rice,菜籽油=Rapeseed Oil,挂面=Dried Noodles,生抽酱油=Light Soy Sauce,陈醋=Aged Vinegar,红糖=Brown Sugar,木耳=Wood Ear,香菇=Dried Shiitake,燕麦片=Rolled Oats,杂粮礼盒=Grain Gift Box
Snacks|休闲零食|29|夏威夷果=Macadamia,每日坚果=Daily Nuts,牛肉干=Beef Jerky,海苔=Seaweed,苏打饼干=Soda Biscuits,黑巧克力=Dark Chocolate,凤梨酥=Pineapple Cake,薯片=Potato Crisps,山楂条=Hawthorn Strips,果冻=Fruit Jelly
Tea|茶叶|168|龙井=Longjing,铁观音=Tieguanyin,普洱熟茶=Ripe Pu'er,白毫银针=Silver Needle,茉莉花茶=Jasmine Tea,正山小种=Lapsang Souchong,大红袍=Da Hong Pao,碧螺春=Biluochun,菊花茶=Chrysanthemum,六安瓜片=Lu'an Guapian
Dairy|乳品|69|纯牛奶=Whole Milk,脱脂奶=Skimmed Milk,酸奶=Yogurt,高钙奶粉=High-calcium Milk Powder,婴儿奶粉二段=Follow-on Formula,奶酪棒=Cheese Sticks,黄油=Butter,炼乳=Condensed Milk,羊奶粉=Goat Milk Powder,奶片=Milk Tablets
Fresh|生鲜|59|阳澄湖大闸蟹=Hairy Crab,三文鱼=Salmon,牛腱=Beef Shank,土鸡=Free-range Chicken,草鸡蛋=Farm Eggs,赣南脐橙=Navel Oranges,车厘子=Cherries,榴莲=Durian,番茄=Tomatoes,有机菠菜=Organic Spinach
Skincare|美妆护肤|189|保湿面霜=Moisturiser,防晒霜=Sunscreen,洁面乳=Cleanser,面膜=Face Mask,精华液=Serum,口红=Lipstick,眼霜=Eye Cream,卸妆油=Cleansing Oil,粉底液=Foundation,护手霜=Hand Cream
Personal Care|个人护理|49|洗发水=Shampoo,沐浴露=Shower Gel,牙膏=Toothpaste,电动牙刷=Electric Toothbrush,剃须刀=Shaver,棉柔巾=Cotton Tissues,护发素=Conditioner,漱口水=Mouthwash,香皂=Soap,吹风机=Hair Dryer
Household|家居日用|35|洗衣液=Laundry Liquid,抽纸=Tissues,垃圾袋=Bin Bags,洗洁精=Dish Soap,拖把=Mop,收纳箱=Storage Box,衣架=Hangers,雨伞=Umbrella,保鲜膜=Cling Film,电池=Batteries
Bedding|家纺|299|四件套=Bedding Set,蚕丝被=Silk Quilt,乳胶枕=Latex Pillow,毛毯=Blanket,凉席=Summer Mat,浴巾=Bath Towel,窗帘=Curtains,床垫=Mattress,靠垫=Cushion,地毯=Rug
Kitchen|厨具|239|炒锅=Wok,电饭煲=Rice Cooker,空气炸锅=Air Fryer,保温杯=Thermos,菜刀=Cleaver,砂锅=Clay Pot,餐具套装=Tableware Set,破壁机=Blender,电热水壶=Kettle,砧板=Chopping Board
Appliances|家用电器|1499|空气净化器=Air Purifier,扫地机器人=Robot Vacuum,电风扇=Fan,加湿器=Humidifier,洗衣机=Washing Machine,冰箱=Refrigerator,电视=Television,空调=Air Conditioner,微波炉=Microwave,热水器=Water Heater
Phones|手机数码|1999|智能手机=Smartphone,蓝牙耳机=Bluetooth Earbuds,充电宝=Power Bank,平板电脑=Tablet,智能手表=Smart Watch,数据线=Charging Cable,手机壳=Phone Case,移动硬盘=Portable Drive,路由器=Router,键盘=Keyboard
Womenswear|女装|259|连衣裙=Dress,针织衫=Knitwear,羽绒服=Down Jacket,牛仔裤=Jeans,衬衫=Blouse,半身裙=Skirt,大衣=Coat,旗袍=Qipao,运动套装=Tracksuit,丝巾=Silk Scarf
Menswear|男装|249|男士衬衫=Men's Shirt,西裤=Trousers,夹克=Jacket,男士羽绒服=Men's Down Jacket,T恤=T-shirt,卫衣=Sweatshirt,领带=Tie,皮带=Belt,西装=Suit,男士毛衣=Men's Sweater
Shoes|鞋靴箱包|329|跑步鞋=Running Shoes,皮鞋=Leather Shoes,高跟鞋=Heels,布鞋=Cloth Shoes,雪地靴=Snow Boots,双肩包=Backpack,手提包=Handbag,行李箱=Suitcase,凉鞋=Sandals,钱包=Wallet
Children|母婴童装|129|纸尿裤=Nappies,婴儿车=Pushchair,儿童雨衣=Children's Raincoat,奶瓶=Feeding Bottle,童鞋=Children's Shoes,连体衣=Romper,儿童书包=School Bag,安全座椅=Car Seat,湿巾=Wet Wipes,辅食机=Baby Food Maker
Toys|玩具文具|89|积木=Building Blocks,拼图=Jigsaw,遥控车=Remote-control Car,毛绒玩具=Plush Toy,彩铅=Coloured Pencils,笔记本=Notebook,钢笔=Fountain Pen,象棋=Chinese Chess,魔方=Puzzle Cube,水彩=Watercolours
Books|图书|45|唐诗三百首=300 Tang Poems,围棋入门=Go for Beginners,家常菜谱=Home Cooking,英语词汇=English Vocabulary,儿童绘本=Picture Book,中国通史=History of China,理财入门=Saving and Investing,旅行地图册=Travel Atlas,科普百科=Science Encyclopedia,书法字帖=Calligraphy Copybook
Sports|运动户外|159|瑜伽垫=Yoga Mat,羽毛球拍=Badminton Racket,乒乓球拍=Table Tennis Bat,篮球=Basketball,帐篷=Tent,登山杖=Trekking Poles,跳绳=Skipping Rope,泳镜=Swimming Goggles,自行车头盔=Cycling Helmet,哑铃=Dumbbells
Health|营养保健|139|维生素C=Vitamin C,鱼油=Fish Oil,阿胶糕=Ejiao Cake,枸杞=Goji Berries,血压计=Blood Pressure Monitor,体温计=Thermometer,口罩=Masks,钙片=Calcium Tablets,蛋白粉=Protein Powder,按摩仪=Massager`;

const brands = ['晨光优选', '沐禾', '青屿', '木果', '云栖', '北辰', '小满', '和风'];
// How far an article's price lies from its category's: fixed, so that the catalogue needs no seed.
const spreads = [0.55, 1.4, 0.8, 1, 2.2, 0.7, 1.15, 0.9, 1.75, 0.6];

export const articles: readonly Article[] = lines
  .trim()
  .split('\n')
  .flatMap((line, categoryIndex) => {
    const [category = '', categoryZh = '', price = '0', list = ''] = line.split('|');
    return list.split(',').map((pair, index): Article => {
      const [zh = '', en = ''] = pair.split('=');
      const number = categoryIndex * 10 + index + 1;
      const yuan = Math.max(4, Math.round(Number(price) * spreads[(index + categoryIndex) % 10]!));
      return {
        productId: `p${String(number).padStart(3, '0')}`,
        sku: `ML-${category.slice(0, 3).toUpperCase()}-${String(number).padStart(4, '0')}`,
        zh,
        en,
        category,
        categoryZh,
        brand: brands[(number * 7) % brands.length]!,
        price: yuan > 20 ? yuan - 0.1 : yuan,
      };
    });
  });

export const categoryCount = articles.length / 10;

/** An article of one category. */
export function articleOf(category: number, index: number): Article {
  return articles[(category % categoryCount) * 10 + (index % 10)]!;
}
