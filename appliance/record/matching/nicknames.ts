// Names that people use for one another in English, as families of forms. A form may belong to several families (Bert is
// Albert, Robert or Herbert); two names that share a family count as equivalent, not as equal: how much that weighs is estimated.

const families = `
abigail abby abbie gail|adam ad|adelaide addie ada|adrian ade|agnes aggie|alan al allan allen alun|albert al bert bertie albie|alexander alex al lex sandy xander alec sasha
alexandra alex sandra lexi sandy sasha alexa|alfred alf alfie fred freddie|alice ally ali alison|amanda mandy|amelia amy millie mel emmy|andrew andy drew|angela angie
anna ann anne annie|ann nancy nan|anthony tony ant|antonia toni|archibald archie|arthur art|augustus gus august|barbara barb babs barbie|barnaby barney|bartholomew bart
beatrice bea trixie|benjamin ben benny benji|bernard bernie|bethany beth|bradley brad|brendan bren|bridget biddy bridie|caitlin cait kate katie|calvin cal|cameron cam|caroline carrie carol caz
cassandra cass cassie sandra|catherine cath cathy kate katie kathy kitty cat katherine kathryn kath kat|cecilia cissy celia|charles charlie chuck chaz charley|charlotte charlie lottie lotte char
chloe clo|christina chris tina chrissie christine christie|christopher chris kit topher christo|clara clare claire|clifford cliff|clive cliff|constance connie|cornelius neil|courtney court|crystal chris
cynthia cindy|daniel dan danny|danielle dani ellie|david dave davey davy dai|deborah debbie deb debra|dennis den denny|derek del|diana di diane|dominic dom nic|donald don donnie|dorothy dot dottie dolly thea
douglas doug|duncan dunc|edith edie|edmund ed ted ned|edward ed eddie ted teddy ned|eleanor ellie nell nora elle ella|elizabeth liz beth betty lizzie eliza bess betsy libby elsie lisa liza bette|emily em emmy millie|emma em
ernest ernie|esther essie hetty|eugene gene|eve evie eva evelyn|felicity flick fliss|fiona fi|florence flo florrie flossie|frances fran frankie fanny francesca|francis frank frankie fran|franklin frank
frederick fred freddie freddy rick|gabriel gabe|gabrielle gabby ellie|gareth gaz gary|gary gaz|geoffrey geoff jeff jeffrey|george georgie|georgina george georgie gina georgia|gerald gerry jerry|geraldine gerry
gertrude gertie trudy|gillian gill jill jilly|giovanni gio|grace gracie|graham gray|gregory greg|gwendolyn gwen|hannah han|harold harry hal|harriet hattie harri hatty|harrison harry|harvey harv|heather heath
helen nell ellen nellie helena|henry harry hal hank|herbert bert herb bertie|hilary hil|howard howie|hugh hughie huw|humphrey|ian iain|imogen immy|irene rene|isaac ike zac|isabella bella izzy isabel isabelle bell belle
jack john jackie|jacob jake jay|jacqueline jackie jacqui|james jim jimmy jamie jem|jane janie janey jenny|janet jan|janice jan|jason jay jase|jasmine jas jazz|jean jeanie|jennifer jen jenny jenna|jeremy jerry jez jem
jessica jess jessie|joan joanie jo|joanna jo joanne joan|jocelyn joss jo|john johnny jack jon|jonathan jon john jonny nathan jonty|jordan jord|joseph joe joey jo|josephine jo josie|joshua josh|joyce joy|judith judy jude
julia julie jules|julian jules|justin jus|karen kaz|kenneth ken kenny|kevin kev|kimberley kim kimberly|kirsten kirsty|kristin kris|laura laurie lori|lauren loz laurie|lawrence larry laurie laz laurence|leah lee|leo leon
leonard len lenny leo|leslie les lesley|lewis lew louis|liam william|lillian lily lil lilian|lindsay lin|linda lin lindy|logan|louis lou louie|louise lou lulu|lucas luke|lucy lu lucinda lucille|lydia lyd
madeleine maddie maddy madeline|malcolm mal|marcus marc mark|margaret maggie meg peggy marge margie madge greta rita daisy|maria mary|marilyn mary lyn|marjorie marj marge|martha mattie marty|martin marty mart
mary molly polly mamie may|mathilda tilly matilda mattie|matthew matt matty mat|maureen mo|maurice mo morris|maxwell max|maximilian max|megan meg|melanie mel|melissa mel lissa missy|michael mike mick micky mikey mickey
michelle shell chelle|mildred millie|miranda mandy|miriam mim|mitchell mitch|mohammed mo mohamed mohammad muhammad|morgan|nancy nan|natalie nat|natasha tasha nat|nathan nate nat|nathaniel nate nat nathan|neil neal
nicholas nick nicky nico nic|nicola nicky nic nikki nicole|nigel nige|noah|norman norm|oliver ollie oli|olivia liv livvy ollie livia|oscar oz|oswald oz ozzie|owen|pamela pam|patricia pat patsy tricia trish paddy patty
patrick pat paddy rick|paul paulie|pauline paula|penelope penny|percival percy|peter pete|philip phil pip phillip|philippa pip pippa|phyllis phyl|priscilla cilla|rachel rach rachael|ralph ralphie|raymond ray
rebecca becky becca bex beck|reginald reg reggie|rhiannon rhi|richard rick dick rich richie ricky dickie|robert rob bob bobby robbie bert robin robby|roberta bobbie|roderick rod rory|rodney rod|roger rog|roland rolly|ronald ron ronnie
rosalind ros|rosemary rose rosie|rosie rose|rowena ro|roy|rupert|russell russ|ruth ruthie|ryan|sally sal|samantha sam sammy|samuel sam sammy|sandra sandy|sarah sally sadie sara|scarlett|sebastian seb|serena rena
shane|sharon shaz|sheila|shirley shirl|sidney sid sydney syd|sienna|simon si|sophia sophie soph|stanley stan|stephanie steph stephie|stephen steve stevie steven ste|stewart stu stuart|susan sue susie suzy susannah suzanne
sylvia|tabitha tabby|tamara tammy|terence terry|teresa terry tess theresa tessa|theodore ted theo teddy|thomas tom tommy|timothy tim timmy|tobias toby|tracey trace tracy|trevor trev|valerie val|vanessa nessa|veronica ronnie
vera|victor vic|victoria vicky vic tori vickie|vincent vince vinny|violet vi|virginia ginny|vivian viv vivien|walter walt wally|warren|wendy|wilfred wilf fred|wilhelmina mina billie|william will bill billy willy liam willie wills
winifred win winnie freda|winston win|yvonne|zachary zach zac zack zak|zoe`;

const familiesOf = new Map<string, number[]>();
families.split(/[|\n]/).forEach((family, id) => {
  for (const form of family.trim().split(' ')) {
    if (form === '') continue;
    const known = familiesOf.get(form);
    if (known) known.push(id + 1);
    else familiesOf.set(form, [id + 1]);
  }
});

/** How many families one form may belong to; what is beyond is dropped. */
export const familiesPerName = 4;

/** The families of a lower-case name, none when it is not in the table. Ids start at 1. */
export function nicknameFamilies(name: string): readonly number[] {
  return familiesOf.get(name) ?? [];
}
