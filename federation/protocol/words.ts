// The federation protocol's catalogue: every code that a member can be refused by, with what it means and what to do next in both
// languages. Codes cross the wire and stay as they are once given out; the words are for people and may change.

import { roundWords } from './round/round-words.ts';
import { say } from './say.ts';

export type { CodeWords, Words } from './say.ts';

const reading = {
  malformed: say(
    'This is not of the form that the protocol has.',
    '内容不符合协议格式。',
    'Get it again from where it came; "where" names the part.',
    '请从来源处重新获取；"where" 指出具体部分。',
  ),
  not_canonical: say(
    'The text is not written the one way that is signed.',
    '文本不是签名所用的唯一写法。',
    'Something changed it on the way: get the original, and do not reformat it.',
    '内容在途中被改动：请获取原件，且不要重新排版。',
  ),
  too_large: say(
    'It is larger than the limit.',
    '内容超过大小上限。',
    'Send it in smaller parts; "where" names the limit.',
    '请分成较小部分发送；"where" 说明上限。',
  ),
  version_newer: say(
    'It was written by a newer version of the protocol.',
    '内容由更新版本的协议写成。',
    'Upgrade this node; until then the other side has to use a version that both know.',
    '请升级本节点；在此之前，对方须使用双方都支持的版本。',
  ),
  version_older: say(
    'It was written by a version of the protocol that is no longer taken.',
    '内容由不再支持的旧版协议写成。',
    'Ask the other organisation to upgrade its node.',
    '请对方机构升级其节点。',
  ),
  signature_wrong: say(
    'The signature does not belong to this content and this member.',
    '签名与内容或成员不符。',
    'Do not use it. Ask the member by telephone whether the message is theirs, and compare fingerprints.',
    '请勿使用。请电话向该成员核实，并比对指纹。',
  ),
  name_unreadable: say(
    'The organisation has no name, or one with signs that cannot be seen.',
    '机构名称为空或含有不可见字符。',
    'Give a name in Chinese or English without control characters.',
    '请提供不含控制字符的中文或英文名称。',
  ),
} as const;

const membership = {
  federation_other: say(
    'This belongs to another federation.',
    '该内容属于另一个联盟。',
    'Check which federation the other side means; nothing was done.',
    '请确认对方所指的联盟；未作任何处理。',
  ),
  log_gap: say(
    'A statement of the membership log is missing.',
    '成员记录缺少条目。',
    'Fetch the whole log again from the founder.',
    '请向创建方重新获取完整记录。',
  ),
  log_forked: say(
    'Two different histories of the membership exist.',
    '成员记录出现两个不同的历史。',
    'Stop using this federation and compare the logs with the founder: one of them was shown to you alone.',
    '请停止使用该联盟，并与创建方比对记录：其中一份可能只展示给了您。',
  ),
  log_replayed: say('This statement is in the log already.', '该条目已在记录中。', 'Nothing needs to be done.', '无需处理。'),
  log_rolled_back: say(
    'The log that was offered is shorter than the one held.',
    '收到的记录比已有的短。',
    'Keep the longer one, and ask the founder why the shorter one was sent.',
    '请保留较长的记录，并向创建方询问原因。',
  ),
  log_time: say(
    'A statement is dated before the one it follows.',
    '条目的时间早于前一条。',
    'Put the clock of the node that wrote it right, and write it again.',
    '请校准写入节点的时钟后重新写入。',
  ),
  not_allowed: say(
    'This member may not make this statement.',
    '该成员无权作出此声明。',
    'Ask the founder, who admits and removes; names and keys each member changes for itself.',
    '请联系创建方（负责接纳与移除）；名称与密钥由各成员自行更改。',
  ),
  member_known: say(
    'A member by this id is or was in the federation.',
    '该成员编号已在或曾在联盟中。',
    'Join anew with a fresh id; an id is never used twice.',
    '请使用新的编号重新加入；编号不会重复使用。',
  ),
  member_unknown: say(
    'No member by this id is in the federation.',
    '联盟中没有该成员。',
    'Fetch the membership log again; if it stays so, ask the founder.',
    '请重新获取成员记录；如仍如此，请联系创建方。',
  ),
  member_ended: say(
    'The organisation is no longer a member.',
    '该机构已不再是成员。',
    'The membership log says since when and why. Ask the founder for a new invitation if that is wrong.',
    '成员记录载明时间与原因。如有误，请向创建方申请新的邀请。',
  ),
  key_reused: say(
    'This key is, or was, in use already.',
    '该密钥正在使用或曾被使用。',
    'Make a new key; one that was given up never comes back.',
    '请生成新密钥；弃用的密钥不得再用。',
  ),
  version_wrong: say(
    "A member's new description does not follow its last one.",
    '成员的新说明与上一版不衔接。',
    'Fetch the membership log, then describe the member anew with the next version.',
    '请获取成员记录，再以下一个版本号重新说明。',
  ),
  invitation_unreadable: say(
    'The invitation code has a typing error or is incomplete.',
    '邀请码输入有误或不完整。',
    'Copy the whole code again.',
    '请重新复制完整的邀请码。',
  ),
  invitation_expired: say(
    'The invitation has run out.',
    '邀请已过期。',
    'Ask the founder for a new one.',
    '请向创建方索取新的邀请。',
  ),
  invitation_used: say(
    'The invitation was used already.',
    '邀请已被使用。',
    'Ask the founder for a new one. If you did not use it yourself, say so: somebody else did.',
    '请向创建方索取新的邀请。若非您本人使用，请告知对方：可能已被他人使用。',
  ),
  invitation_wrong: say(
    'The request to join does not come from who holds this invitation.',
    '加入请求并非来自该邀请的持有者。',
    'Ask for the request again, made from the invitation code.',
    '请用邀请码重新生成加入请求。',
  ),
  founder_differs: say(
    'The founder is not the one that the invitation names.',
    '创建方与邀请中所载不符。',
    'Do not join. Call the organisation that invited you and compare fingerprints.',
    '请勿加入。请致电邀请您的机构并比对指纹。',
  ),
  fingerprint_differs: say(
    'The fingerprint that was typed is not the one of this request.',
    '输入的指纹与该请求不符。',
    'Do not admit. Have it read out once more by telephone, from a number that you know; if it still differs, refuse the request.',
    '请勿接纳。请拨打已知的电话号码，请对方再读一次；如仍不符，请拒绝该请求。',
  ),
  federation_unknown: say(
    'This node is in no federation by this id.',
    '本节点不在该编号的联盟中。',
    'Look at the list of federations.',
    '请查看联盟列表。',
  ),
  federations_full: say(
    'This node is in as many federations as it may be.',
    '本节点加入的联盟数量已达上限。',
    'Forget one that has ended, or whose request was refused.',
    '请清除已结束或申请被拒的联盟。',
  ),
  keys_in_use: say(
    'Something is under way that stands on the keys of today.',
    '有进行中的事项依赖当前密钥。',
    'Wait until the open matches are over, then renew the keys.',
    '请等待进行中的匹配结束后再更新密钥。',
  ),
} as const;

const messages = {
  recipient_other: say(
    'The message is addressed to another member.',
    '消息的收件方是其他成员。',
    'Check the address; it was not opened.',
    '请核对地址；消息未被打开。',
  ),
  session_unknown: say(
    'No such session is open here.',
    '此处没有打开该会话。',
    'Begin a new session; messages of a closed one are never taken again.',
    '请开始新会话；已关闭会话的消息不再接收。',
  ),
  session_stranger: say(
    'The sender takes no part in this session.',
    '发送方未参与该会话。',
    'Ask whoever opened the session to invite the sender.',
    '请会话发起方邀请该成员。',
  ),
  session_full: say(
    'The session, or the number of sessions, has reached its limit.',
    '会话或会话数量已达上限。',
    'Close what is finished and begin a new session.',
    '请关闭已完成的会话，再开始新会话。',
  ),
  mailbox_full: say(
    'Too much waits for the recipient.',
    '收件方待收内容过多。',
    'The node tries again by itself; ask the recipient whether its node is running.',
    '节点会自动重试；请询问收件方其节点是否在运行。',
  ),
  sequence_gap: say(
    'An earlier message of this session has not arrived.',
    '该会话较早的消息尚未到达。',
    'Send again from the number in "where".',
    '请从 "where" 所示序号起重发。',
  ),
  sequence_conflict: say(
    'The sender gave one number to two different messages.',
    '发送方对两条不同消息使用了同一序号。',
    'Stop the session and keep both: each is signed.',
    '请停止会话并保留两条消息：均有签名可作证据。',
  ),
  clock_skew: say(
    'The clocks of the two nodes differ too much.',
    '两个节点的时钟相差过大。',
    'Set both clocks by a time server, then send again.',
    '请将两端时钟与时间服务器同步后重发。',
  ),
  body_changed: say(
    'The body is not the one that was signed.',
    '消息正文与签名内容不符。',
    'Send it again. If it happens twice, something on the way changes it.',
    '请重新发送。如再次发生，说明途中有改动。',
  ),
} as const;

const certificates = {
  certificate_malformed: say(
    'The certificate cannot be read, or is of another kind.',
    '证书无法读取或类型不符。',
    'Request a new one from the founder.',
    '请向创建方申请新证书。',
  ),
  certificate_issuer_unknown: say(
    "The certificate was not issued by this federation's authority.",
    '证书并非由本联盟的签发机构签发。',
    'Request one from the founder; do not connect until then.',
    '请向创建方申请；在此之前请勿连接。',
  ),
  certificate_other_federation: say(
    'The certificate belongs to another federation.',
    '证书属于另一个联盟。',
    'Use the certificate of this federation.',
    '请使用本联盟的证书。',
  ),
  certificate_other_member: say(
    'The certificate belongs to another member than the one called.',
    '证书不属于所连接的成员。',
    'Check the address; somebody else answers there.',
    '请核对地址；该地址由其他成员应答。',
  ),
  certificate_expired: say(
    'The certificate has run out.',
    '证书已过期。',
    'Renew it; nodes do so by themselves after two thirds of its life, so look why this one did not.',
    '请更新证书；节点会在有效期过三分之二时自动更新，请检查未更新的原因。',
  ),
  certificate_not_yet_valid: say(
    'The certificate is not valid yet.',
    '证书尚未生效。',
    'Check the clocks of both nodes.',
    '请检查两端节点的时钟。',
  ),
  certificate_revoked: say(
    'The certificate was revoked.',
    '证书已被吊销。',
    'Do not connect; the membership log says why.',
    '请勿连接；成员记录载明原因。',
  ),
  certificate_request_wrong: say(
    'The request for a certificate does not fit the member who sent it.',
    '证书申请与发送成员不符。',
    'Make the request again with the member and federation that the log names.',
    '请按成员记录中的成员与联盟重新生成申请。',
  ),
  revocation_list_wrong: say(
    'The list of revoked certificates is not from this federation, or was changed.',
    '吊销列表并非来自本联盟，或已被改动。',
    'Fetch it again from the coordinator; until then keep the last good one.',
    '请向协调方重新获取；在此之前保留上一份有效列表。',
  ),
  revocation_list_old: say(
    'The newest list of revoked certificates has run out, or there is none yet.',
    '最新的吊销列表已过期，或尚未发布。',
    "Start the founder's node, which publishes a new one by itself; until then only the founder is let in.",
    '请启动创建方的节点，它会自动发布新列表；在此之前仅创建方可连接。',
  ),
} as const;

const transcripts = {
  transcript_chain: say(
    'An entry of the transcript does not follow the one before it.',
    '会话记录的条目与前一条不衔接。',
    'An entry was changed, removed or moved here. Get the copy of the other party.',
    '此处有条目被更改、删除或移动。请获取对方的副本。',
  ),
  transcript_order: say(
    'An entry of the transcript stands in the wrong place.',
    '会话记录的条目顺序有误。',
    'Get the copy of the other party and compare.',
    '请获取对方的副本进行比对。',
  ),
  party_unknown: say(
    'Somebody who takes no part stands in the transcript.',
    '会话记录中出现未参与者。',
    'Do not rely on it; ask both parties for their copies.',
    '请勿采信；请向双方索取各自的副本。',
  ),
  parameters_changed: say(
    'The parameters are not the ones that were agreed on.',
    '参数与约定不符。',
    'Do not rely on the outcome; begin a new session with parameters that both approve.',
    '请勿采信结果；请以双方批准的参数开始新会话。',
  ),
  budget_exceeded: say(
    'More was spent than the budget allows, or the budget was changed.',
    '支出超过预算，或预算被更改。',
    'Do not rely on the outcome, and look into how it could be spent.',
    '请勿采信结果，并查明原因。',
  ),
  approval_missing: say(
    'A party did not approve.',
    '有参与方未批准。',
    'Do not rely on the outcome; "where" names the party.',
    '请勿采信结果；"where" 指出该参与方。',
  ),
  outcome_missing: say(
    'The transcript says of no outcome.',
    '会话记录没有结果。',
    'The session was broken off, or the end was cut off: get the copy of the other party.',
    '会话中断或记录被截断：请获取对方的副本。',
  ),
  outcome_differs: say(
    'The parties say of different outcomes.',
    '各方记载的结果不同。',
    'Compare what each party saw; the entries before this one are signed.',
    '请比对各方所见；此前条目均有签名。',
  ),
  head_missing: say(
    'A party did not sign the end of the transcript.',
    '有参与方未对会话记录末尾签名。',
    'Ask the party in "where" for its signature.',
    '请向 "where" 所指参与方索取签名。',
  ),
  heads_differ: say(
    'A party signed another transcript than this one.',
    '有参与方签署的并非此会话记录。',
    'Get the copy of the party in "where" and compare.',
    '请获取 "where" 所指参与方的副本进行比对。',
  ),
} as const;

const matches = {
  seal_broken: say(
    'The content does not open with the keys of this session.',
    '内容无法用本会话的密钥打开。',
    'Nothing was taken from it. Stop the session and begin a new one.',
    '未采用其中任何内容。请停止会话并重新开始。',
  ),
  terms_wrong: say(
    'The terms of the match do not fit together.',
    '匹配条款互相不符。',
    'Change the part in "where" and propose again.',
    '请修改 "where" 所示部分后重新提议。',
  ),
  terms_refused: say(
    "The other side's node does not allow a match by these terms.",
    '对方节点不允许按此条款匹配。',
    'Ask its officers what they allow; "where" names the term.',
    '请询问对方负责人可接受的条款；"where" 指出该条款。',
  ),
  normalisation_differs: say(
    'The two nodes write identifiers in different ways.',
    '两端节点的标识规范化方式不同。',
    'Upgrade the older node: equal customers would not be found otherwise.',
    '请升级较旧的节点，否则相同客户无法匹配。',
  ),
  officers_missing: say(
    'Fewer people approved than the terms ask for.',
    '批准人数少于条款要求。',
    'Have the match approved by as many different people as the terms say.',
    '请由条款要求人数的不同人员批准。',
  ),
  set_too_small: say(
    'A side brings fewer customers than the terms allow.',
    '一方的客户数量少于条款下限。',
    'Nothing was compared. Bring a larger set: small ones answer about persons.',
    '未作比对。请使用更大的集合：集合过小等于回答个人情况。',
  ),
  set_too_large: say(
    'A side brings more customers than the terms allow.',
    '一方的客户数量超过条款上限。',
    'Nothing was compared. Choose a smaller set, or agree on a higher limit.',
    '未作比对。请缩小集合，或约定更高的上限。',
  ),
  list_wrong: say(
    'A list of the other side is not what it announced.',
    '对方的名单与其声明不符。',
    'The match was stopped and showed nothing more. Ask the other side to look at its node.',
    '匹配已停止，未再展示任何内容。请对方检查其节点。',
  ),
  point_refused: say(
    'A list of the other side holds what no honest side sends: a point of small order, one not reduced, or a repeat.',
    '对方名单中含有诚实一方不会发送的内容：低阶点、未约简的坐标或重复项。',
    'The match was stopped and showed nothing more. Do not repeat it until the other side has explained.',
    '匹配已停止，未再展示任何内容。在对方作出解释之前请勿重试。',
  ),
  intersection_too_small: say(
    'The two sides share fewer customers than the agreed minimum.',
    '双方共有客户少于约定的最小数量。',
    'Neither side is shown anything more. Larger sets may be matched another time.',
    '双方均不再看到任何内容。可在下次使用更大的集合。',
  ),
  counter_disagrees: say(
    'The two sides told the counter different terms.',
    '双方向计数方提交的条款不一致。',
    'Do not go on with this partner until it is known which node was wrong.',
    '在查明哪一方节点有误之前，请勿与该方继续。',
  ),
  match_expired: say('The match was not gone on with in time.', '匹配未在期限内继续。', 'Propose it anew.', '请重新提议。'),
  declined: say(
    'The officers of the other side declined.',
    '对方负责人已拒绝。',
    'Ask them why; the reason they gave is in the report.',
    '请询问原因；对方给出的理由见报告。',
  ),
  stopped: say(
    'An officer stopped the match.',
    '负责人已停止匹配。',
    'The reason is in the report. Nothing more is shown.',
    '理由见报告。不再展示任何内容。',
  ),
  data_unreadable: say(
    'The customers of one side could not be read.',
    '一方的客户数据无法读取。',
    'That side sees why in its own node.',
    '该方可在自己的节点中查看原因。',
  ),
  node_failed: say(
    'A node could not go on.',
    '节点无法继续。',
    'Its log says why. Begin a new match.',
    '原因见其日志。请重新开始匹配。',
  ),
} as const;

export const protocolWords = {
  ...reading,
  ...membership,
  ...messages,
  ...certificates,
  ...transcripts,
  ...matches,
  ...roundWords,
} as const;

export type ProtocolCode = keyof typeof protocolWords;

/** What a member is refused by. `where` names the part or the number, never content of a message or a key. */
export class ProtocolFault extends Error {
  override readonly name = 'ProtocolFault';
  readonly code: ProtocolCode;
  readonly where: string | undefined;

  constructor(code: ProtocolCode, where?: string, cause?: unknown) {
    const { message } = protocolWords[code];
    super(where === undefined ? message.en : `${message.en} (${where})`, cause === undefined ? {} : { cause });
    this.code = code;
    this.where = where;
  }
}
