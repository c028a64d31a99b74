// Codes of rounds: what a member, a coordinator or an auditor is told when a board or a sum is not as it has to be.

import { say } from '../say.ts';

export const roundWords = {
  round_unknown: say(
    'There is no such round.',
    '没有该训练轮次。',
    'Check the id; a round that ended long ago is no longer kept.',
    '请核对编号；结束已久的轮次不再保留。',
  ),
  blob_unknown: say(
    'What an entry names by its hash is not there.',
    '条目按哈希引用的内容不存在。',
    'Give it first, then say it. What is no longer needed is not kept.',
    '请先提交内容，再作声明。不再需要的内容不予保留。',
  ),
  round_stranger: say(
    'This is not for that member to say in this round.',
    '该成员在本轮中无权作此声明。',
    'Nothing was done. Ask the member what its node meant.',
    '未作任何处理。请向该成员核实。',
  ),
  round_phase: say(
    'It does not follow from what stands on the board of the round.',
    '该内容与本轮公告板上的已有内容不相衔接。',
    'Nothing was done; "where" names what was said. A node that read the whole board would not say it.',
    '未作任何处理；"where" 指出所声明的内容。读完整个公告板的节点不会作此声明。',
  ),
  board_forked: say(
    'Two different boards of this round exist.',
    '本轮存在两个不同的公告板。',
    'Stop the round: the coordinator has shown members different things. Compare the transcripts.',
    '请停止本轮：协调方向成员展示了不同内容。请比对双方记录。',
  ),
  survivors_wrong: say(
    'The named members are not those whom the board gives.',
    '所列成员与公告板不符。',
    'Stop the round: a coordinator that left somebody out could read the others.',
    '请停止本轮：擅自排除成员的协调方可能读取其他成员的数据。',
  ),
  survivors_few: say(
    'Too few members are left to open a sum.',
    '剩余成员过少，无法打开汇总值。',
    'The round ends and nothing of this sum is opened. Propose a new one when more can take part.',
    '本轮结束，该汇总值不会被打开。待更多成员可参与时请重新提议。',
  ),
  sum_differs: say(
    'Members have computed different things for the same sum.',
    '成员对同一汇总值的计算内容不一致。',
    'Nothing of it was opened. Compare the versions of the nodes and the schema.',
    '该汇总值未被打开。请比对各节点的版本与数据结构。',
  ),
  sum_wrong: say(
    'An opened sum is not what its entry holds.',
    '打开的汇总值与其条目不符。',
    'Do not use the model. Ask the custodian.',
    '请勿使用该模型，并向保管方核实。',
  ),
  share_wrong: say(
    'A share of a secret does not belong to what its member has published.',
    '密钥份额与成员公布的内容不符。',
    'Enough others open the sum without it; with too few the round ends. "where" names the member.',
    '若其余份额足够，汇总值仍可打开；不足则本轮结束。"where" 指出成员。',
  ),
  reveal_refused: say(
    'A node was asked for both secrets of one member.',
    '节点被要求同时交出某一成员的两种密钥份额。',
    "It gave neither and stopped: both together would have opened that member's values. Look into the coordinator.",
    '节点均未交出并已停止：两者合在一起会暴露该成员的数据。请调查协调方。',
  ),
  ciphertext_wrong: say(
    'A ciphertext is not of the form that the round uses.',
    '密文不符合本轮所用格式。',
    'Nothing was added. "where" names the member.',
    '未作累加。"where" 指出成员。',
  ),
  sum_missing: say(
    'An opened sum is not in the transcript.',
    '记录中缺少已打开的汇总值。',
    'Get the copy of a member that took part to the end: the custodian, and who was left out, do not have all of them. "where" has the numbers.',
    '请向参与至结束的成员索取副本：保管方与中途退出者并不持有全部汇总值。"where" 指出编号。',
  ),
  model_missing: say(
    'The model that members speak of is not in the transcript.',
    '记录中缺少成员所指的模型。',
    'Get the copy of a member that took part to the end.',
    '请向参与至结束的成员索取副本。',
  ),
  model_changed: say(
    'The model in the transcript is not the one that members said they had come to.',
    '记录中的模型并非成员声明得出的模型。',
    'Do not use it. Get the copy of another member and compare.',
    '请勿使用，并获取其他成员的副本进行比对。',
  ),
  model_wrong: say(
    'The model that members said they had come to is not the one that the sums give.',
    '成员声明得出的模型并非汇总值所对应的模型。',
    'Do not use it: all members have signed what does not follow. Compare the versions of their nodes.',
    '请勿使用：全体成员签署了不能由汇总值得出的内容。请比对各节点的版本。',
  ),
  model_differs: say(
    'Members have arrived at different models from the same sums.',
    '成员由相同的汇总值得出了不同的模型。',
    'Nothing is adopted. Compare the versions of the nodes; the transcript shows which model the sums give.',
    '不采用任何模型。请比对节点版本；记录可证明汇总值对应的模型。',
  ),
  schema_differs: say(
    'The data of this node does not have the columns that the round asks for.',
    '本节点的数据缺少本轮所需的列。',
    '"where" names the column. Map it, or ask the proposer for another schema.',
    '"where" 指出列名。请进行映射，或请提议方更改数据结构。',
  ),
  rows_few: say(
    'There are fewer rows than the round asks every member to bring.',
    '行数少于本轮对每个成员的最低要求。',
    'Take part with a source of more rows, or decline.',
    '请使用行数更多的数据源参与，或拒绝。',
  ),
  rows_many: say(
    'There are more rows than a round can add up exactly.',
    '行数超过一轮训练可精确汇总的上限。',
    '"where" has the most that each member may bring. Take part with a source of fewer rows.',
    '"where" 为每个成员的行数上限。请使用行数较少的数据源参与。',
  ),
  columns_constant: say(
    "No column varies over all members' rows.",
    '所有成员的数据中没有取值有变化的列。',
    'There is nothing to learn from. Check the columns of the schema and their limits.',
    '无可学习内容。请检查数据结构中的列及其取值上限。',
  ),
  member_lost: say(
    'A member dropped out while trees were being trained.',
    '训练树模型期间有成员退出。',
    'The round ended and nothing was opened without it: the difference would have shown its rows. "where" names it. Propose the round anew.',
    '本轮已结束，未打开缺少该成员的汇总值：其差值会暴露该成员的数据。"where" 指出成员。请重新提议。',
  ),
  exchange_wrong: say(
    'What a member sent in a vertical round is not what the training asks for there.',
    '成员在纵向训练中发送的内容与训练此处所需不符。',
    'The round ended. "where" names the member and the step. Compare the versions of the nodes and the rows that were matched.',
    '本轮已结束。"where" 指出成员与步骤。请比对各节点版本与匹配的数据行。',
  ),
  groups_few: say(
    'Too few groups of members are left for the rule against poisoned updates.',
    '剩余成员分组过少，无法应用防投毒规则。',
    'The round ends. Propose it with more members, or without the rule.',
    '本轮结束。请增加成员后重新提议，或不使用该规则。',
  ),
  label_constant: say(
    'All rows of all members together have the same label.',
    '所有成员的全部数据标签相同。',
    'There is nothing to learn from. Check what counts as positive in the schema.',
    '无可学习内容。请检查数据结构中的正类定义。',
  ),
  value_out_of_range: say(
    'A number is not finite or beyond the bound that all agreed on.',
    '数值非有限，或超出各方约定的范围。',
    'Nothing was sent. "where" names its place.',
    '未发送任何内容。"where" 指出位置。',
  ),
  round_expired: say('The round was not gone on with in time.', '本轮未在期限内继续。', 'Propose it anew.', '请重新提议。'),
} as const;
