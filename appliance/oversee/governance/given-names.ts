// Given names of the English-speaking world that are common enough to tell a column of people from a column of things: the leaders of a
// century of the United States Social Security Administration's and the British national statistics' yearly lists.

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
giovanni marco paolo giulia yuki hiroshi kenji akira ravi raj priya anil sunil anita`.split(/\s+/),
);
