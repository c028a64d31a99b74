// Where people live: real cities, generated streets and house numbers. No address is looked up, and none need exist.

import type { Culture } from './names.ts';
import type { Rng } from './random.ts';

export type Address = {
  readonly culture: Culture;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  /** Street, number, building and flat as written there. */
  readonly street: string;
  readonly postalCode: string;
  /** First two digits of GB/T 2260, for identity numbers. */
  readonly provinceCode: string;
};

// province|city|first two digits of GB/T 2260|first three of the postal code|districts|weight
const mainland = `上海|上海|31|200|浦东新区,徐汇区,静安区,闵行区,杨浦区|20
北京|北京|11|100|朝阳区,海淀区,东城区,丰台区,西城区|14
浙江|杭州|33|310|西湖区,滨江区,拱墅区,余杭区|12
江苏|苏州|32|215|姑苏区,吴中区,昆山市|9
江苏|南京|32|210|鼓楼区,玄武区,江宁区|8
广东|广州|44|510|天河区,越秀区,番禺区|8
广东|深圳|44|518|南山区,福田区,宝安区|8
四川|成都|51|610|武侯区,锦江区,高新区|6
湖北|武汉|42|430|武昌区,洪山区,江汉区|5
陕西|西安|61|710|雁塔区,碑林区|4
山东|青岛|37|266|市南区,崂山区|3
重庆|重庆|50|400|渝中区,江北区|3`
  .split('\n')
  .map((line) => {
    const [province = '', city = '', code = '', post = '', districts = '', weight = '1'] = line.split('|');
    return [{ province, city, code, post, districts: districts.split(',') }, Number(weight)] as const;
  });

const abroad: Readonly<Record<Exclude<Culture, 'mainland'>, readonly string[]>> = {
  hongkong: ['HK|香港|香港|中西區,灣仔區,油尖旺區,沙田區|'],
  taiwan: ['TW|台北市|台北市|大安區,信義區,中山區|106', 'TW|高雄市|高雄市|左營區,苓雅區|813'],
  overseas: [
    'SG||Singapore||5',
    'US|CA|San Francisco||941',
    'CA|BC|Vancouver||V6B 1',
    'AU|NSW|Sydney||20',
    'MY|Selangor|Petaling Jaya||461',
  ],
  western: [
    'US|NY|New York||100',
    'US|CA|Los Angeles||900',
    'GB|England|London||SW1A 1',
    'CA|ON|Toronto||M5V 2',
    'CN|上海|上海|徐汇区|200',
    'CN|北京|北京|朝阳区|100',
  ],
};
const roads =
  '人民路,中山路,解放路,建设路,和平路,长江路,文化路,新华街,学府路,花园街,滨河路,科技路,桃源路,幸福街,向阳路,青年路'.split(',');
const estates = '阳光花园,翠湖苑,金桂小区,世纪城,书香门第,滨江华庭,康乐新村,锦绣家园,梧桐里,云景台'.split(',');
const traditionalRoads = '中山路,民生路,和平東路,忠孝東路,彌敦道,軒尼詩道,英皇道,光復路'.split(',');
const westernRoads =
  'Maple Street,Oak Avenue,Church Road,High Street,Park Lane,Mill Road,Cedar Drive,Lakeview Terrace,Station Road,Elm Street'.split(
    ',',
  );

export function drawAddress(rng: Rng, culture: Culture): Address {
  if (culture === 'mainland') {
    const place = rng.weighted(mainland);
    return chinese(rng, culture, place.province, place.city, rng.pick(place.districts), place.post, place.code);
  }
  const [country = '', province = '', city = '', districts = '', post = ''] = rng.pick(abroad[culture]).split('|');
  if (country === 'CN') return chinese(rng, culture, province, city, districts, post, province === '北京' ? '11' : '31');
  const district = districts === '' ? '' : rng.pick(districts.split(','));
  const street = district
    ? `${rng.pick(traditionalRoads)}${rng.between(1, 300)}號${rng.between(2, 28)}樓`
    : `${rng.between(1, 980)} ${rng.pick(westernRoads)}${rng.chance(0.4) ? `, Apt ${rng.between(1, 40)}` : ''}`;
  const postalCode =
    post === ''
      ? ''
      : /[A-Z]/.test(post)
        ? `${post}${country === 'GB' ? 'AA' : `A${rng.below(10)}`}`
        : post + rng.digits(postDigits(country) - post.length);
  return { culture, country, province, city, district, street, postalCode, provinceCode: '' };
}

function postDigits(country: string): number {
  return country === 'SG' ? 6 : country === 'AU' ? 4 : country === 'TW' ? 3 : 5;
}

function chinese(
  rng: Rng,
  culture: Culture,
  province: string,
  city: string,
  district: string,
  post: string,
  provinceCode: string,
): Address {
  const number = `${rng.pick(roads)}${rng.between(1, 1200)}号`;
  const flat = `${rng.between(1, 30)}号楼${rng.between(1, 33)}${String(rng.between(1, 4)).padStart(2, '0')}室`;
  const street = rng.chance(0.6) ? `${number}${rng.pick(estates)}${flat}` : `${number}${flat}`;
  return { culture, country: 'CN', province, city, district, street, postalCode: post + rng.digits(3), provinceCode };
}

/** One line, as an envelope or a delivery slip has it. */
export function addressLine(address: Address): string {
  if (/\p{Script=Han}/u.test(address.city)) {
    const province = address.province === address.city ? '' : `${address.province}省`;
    const city = /[市]$/.test(address.city) || address.country === 'HK' ? address.city : `${address.city}市`;
    return `${province}${city}${address.district}${address.street}`;
  }
  return [address.street, address.city, address.province, address.postalCode].filter((part) => part !== '').join(', ');
}
