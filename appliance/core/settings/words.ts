// What each setting means, for `holdfast config explain`, docs/configuration.md and the schema file, in both languages, with what holds when it is absent
// where that is no plain value. A test holds this table to the schema.

import type { Words } from '../errors.ts';

/** `absent`: what holds then, where no value stands in the table of defaults. */
export type SettingWords = { readonly meaning: Words; readonly absent?: Words };

const w = (en: string, zh: string, absentEn?: string, absentZh?: string): SettingWords => ({
  meaning: { en, zh },
  ...(absentEn !== undefined && { absent: { en: absentEn, zh: absentZh! } }),
});

const standard = ['the standard value', '标准值'] as const;
const off = ['off', '关闭'] as const;
const none = ['none', '无'] as const;

/** A secret by reference is three settings, of which one is given. */
const secret = (path: string, en: string, zh: string): { [path: string]: SettingWords } => ({
  [`${path}.file`]: w(
    `${en}: a file that holds it alone, relative to the data folder`,
    `${zh}：仅含该内容的文件（相对于数据目录）`,
    ...none,
  ),
  [`${path}.env`]: w(`${en}: the name of the variable that holds it`, `${zh}：存放它的环境变量名`, ...none),
  [`${path}.credential`]: w(
    `${en}: the name of a credential that systemd hands over`,
    `${zh}：由 systemd 提供的凭据名称（LoadCredential）`,
    ...none,
  ),
});

export const settingWords: { readonly [path: string]: SettingWords } = {
  address: w('Address to serve on', '提供服务的地址'),
  port: w('Port to serve on; 0 takes any that is free', '提供服务的端口；0 表示任取空闲端口'),
  publicUrl: w(
    'How clients reach the node from outside, where a proxy hides it',
    '客户端从外部访问节点的地址（经代理时填写）',
    'the address that a client used',
    '客户端实际使用的地址',
  ),
  publicCertificate: w(
    'The certificate that "publicUrl" answers with, PEM, for enrolment codes of desktop consoles',
    '"publicUrl" 所用的证书（PEM），用于桌面控制台登记码',
    'that of "tls"',
    '取 "tls" 的证书',
  ),
  'tls.certificate': w('Certificate of the node, PEM, its own first', '节点证书（PEM，自身证书在前）', 'plain HTTP', '明文 HTTP'),
  'tls.key': w('Its key, PEM, without a passphrase: the path of a file', '证书私钥文件的路径（PEM，无口令）', ...none),
  'tls.authority': w(
    '"own": the node makes an authority and its certificate itself',
    '"own"：由节点自建证书颁发机构并签发证书',
    ...none,
  ),
  'tls.names': w(
    'Names and addresses that an own certificate is for as well',
    '自建证书额外适用的域名与地址',
    'the host of "publicUrl", the address, this machine',
    '"publicUrl" 的主机、服务地址与本机名',
  ),
  'tls.minVersion': w('The oldest TLS that is let in', '允许的最低 TLS 版本', '1.3', '1.3'),
  trustedProxies: w(
    'Proxies whose X-Forwarded-For is believed: addresses or networks',
    '信任其 X-Forwarded-For 的代理（地址或网段）',
    ...none,
  ),
  keepIp: w('Keep context.ip where clients send it', '客户端上报 context.ip 时是否保留', 'false', 'false'),
  store: w(
    'postgres://user@host/database, without a password',
    'PostgreSQL 地址 postgres://用户@主机/数据库（不含密码）',
    'SQLite in the data folder',
    '数据目录中的 SQLite',
  ),
  ...secret('storePassword', "Password of the database's user", '数据库用户的密码'),
  'cluster.node': w(
    'This node is one of several over the database of "store": its name among them',
    '本节点与其他节点共用 "store" 数据库时，本节点的名称',
    'a node alone',
    '单节点',
  ),
  'cluster.leaseSeconds': w(
    'How long a node that says nothing keeps its place among them',
    '节点失联后保留其成员资格的秒数',
    '10',
    '10',
  ),
  auditSink: w(
    'File that signed heads of the audit log are appended to, best on another disk',
    '审计日志签名头的追加文件，宜放在另一块磁盘',
    ...none,
  ),
  auditSyslog: w(
    'Syslog server that they are sent to: udp:// or tcp://',
    '接收签名头的 syslog 服务器：udp:// 或 tcp://',
    ...none,
  ),
  auditPeers: w('Other nodes, by public key: each signs the heads of the other', '互相签名审计头的其他节点（公钥）', ...none),
  'accessReview.hours.timeZone': w('Time zone of the working hours', '工作时间所用的时区', 'no working hours', '未设置工作时间'),
  'accessReview.hours.days': w('Working days, 1 Monday to 7 Sunday', '工作日，1 为周一，7 为周日', ...none),
  'accessReview.hours.from': w('Beginning of the working day, HH:MM', '上班时间（HH:MM）', ...none),
  'accessReview.hours.to': w('End of the working day, HH:MM', '下班时间（HH:MM）', ...none),
  'accessReview.hours.holidays': w('Days off, yyyy-mm-dd', '休息日（yyyy-mm-dd）', ...none),
  'accessReview.manyProfiles.windowMinutes': w(
    'Within how many minutes customers are counted',
    '统计访问客户数的时间窗（分钟）',
    '60',
    '60',
  ),
  'accessReview.manyProfiles.most': w('Different customers that always alarm', '必定告警的不同客户数', '200', '200'),
  'accessReview.manyProfiles.least': w('Fewer than this never alarm', '低于此数从不告警', '30', '30'),
  'accessReview.manyProfiles.deviations': w(
    "Deviations above somebody's own median that alarm",
    '超出本人中位数多少个偏差时告警',
    '3.5',
    '3.5',
  ),
  'accessReview.refusals.windowMinutes': w(
    'Within how many minutes refusals are counted',
    '统计被拒请求的时间窗（分钟）',
    '15',
    '15',
  ),
  'accessReview.refusals.most': w('Refused requests that alarm', '触发告警的被拒请求数', '5', '5'),
  'accessReview.openCase': w(
    '"asked": whoever looks at a customer must have an open case of theirs',
    '"asked"：查看客户须有其未结工单',
    ...off,
  ),
  'accessReview.ownFamilyName': w(
    'Whether looking at customers of the own family name is asked about',
    '查看与本人同姓的客户时是否询问',
    'asked',
    'asked',
  ),
  erasureLog: w('The list of erasures, best on another disk', '删除清单文件，宜放在另一块磁盘', 'erasures.log', 'erasures.log'),
  erasureTargets: w('Systems that are told when somebody is erased', '删除某人时需通知的外部系统', ...none),
  retention: w('What is kept how long', '各类数据的保存期限', 'everything until it is erased', '保存至被删除为止'),
  region: w('Country of phone numbers without a prefix (two letters)', '无国际区号的电话号码所属国家（两位字母）'),
  timeZone: w(
    'Where days, weeks and months begin for segments',
    '人群计算中日、周、月的起始时区',
    'by the region',
    '按 "region" 确定',
  ),
  segmentChangesDays: w('How many days it is kept who entered and left which segment', '人群进出记录的保存天数', ...standard),
  computedTraits: w('Figures of a customer that the node computes from events', '由事件计算的客户属性'),
  survivorship: w('By what the value of a trait is chosen among sources', '多来源时属性取值的规则'),
  identifiers: w('Kinds of identifiers beside the standard ones, and their rules', '标准之外的标识符类型及其规则'),
  'consent.law': w(
    'gdpr or pipl',
    '适用法律：gdpr 或 pipl',
    'pipl where "region" is CN, else gdpr',
    '"region" 为 CN 时为 pipl，否则为 gdpr',
  ),
  'consent.controller': w('Who answers for the processing: stands in receipts', '个人信息处理者名称，写入回执', ...none),
  'consent.privacyNotice': w('Where the privacy notice is published', '隐私政策的公布地址', ...none),
  'consent.policyVersion': w('Version of the policy that the texts are of', '文本所属的政策版本', ...none),
  'consent.minorsAge': w(
    'Age from which children consent themselves',
    '未成年人可自行同意的年龄',
    'as the law says',
    '依法律规定',
  ),
  'consent.purposes': w(
    'Purposes for which data are used, and on what basis',
    '数据使用目的及其合法性基础',
    'standard ones',
    '标准目的',
  ),
  fourEyes: w(
    '"always": the operator needs a second person too',
    '"always"：操作员执行敏感操作也须第二人批准',
    'people',
    'people',
  ),
  'models.retrain': w('Models that are trained again by themselves', '自动重新训练的模型', ...none),
  'directory.groups': w("Roles of the directory's groups", '目录中各组对应的角色', ...none),
  'directory.oidc.issuer': w('The OpenID Connect provider, as it names itself', 'OpenID Connect 身份提供方（issuer）', ...none),
  'directory.oidc.clientId': w('Id of the node at the provider', '本节点在身份提供方的客户端 ID', ...none),
  'directory.oidc.clientSecretFile': w("File with the client's secret alone", '仅含客户端密钥的文件', ...none),
  ...secret('directory.oidc.clientSecret', "The client's secret", '客户端密钥'),
  'directory.oidc.scopes': w('Scopes beside "openid"', '除 "openid" 外的 scope', 'profile, email', 'profile、email'),
  'directory.oidc.groupsClaim': w('The claim that lists the groups', '列出所属组的声明', 'groups', 'groups'),
  'directory.oidc.peopleOnFirstSignIn': w(
    'Make a person of whoever signs in for the first time',
    '首次登录时自动创建用户',
    'false',
    'false',
  ),
  'directory.oidc.alsoCalls': w(
    "Origins that the provider names as its own beside the issuer's",
    '身份提供方除 issuer 外使用的其他来源地址',
    ...none,
  ),
  'backup.to': w('Where backups go: a folder, or s3://bucket/prefix', '备份位置：目录或 s3://桶/前缀', 'no backups', '不备份'),
  'backup.s3.endpoint': w('Address of the S3 store', 'S3 存储的地址', ...none),
  'backup.s3.region': w('Its region', 'S3 区域', 'us-east-1', 'us-east-1'),
  'backup.s3.credentials': w(
    'File with aws_access_key_id and aws_secret_access_key',
    '含 aws_access_key_id 与 aws_secret_access_key 的文件',
    'the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    '取环境变量 AWS_ACCESS_KEY_ID 与 AWS_SECRET_ACCESS_KEY',
  ),
  'backup.s3.accessKeyId': w(
    'Name of the access key, with "secretAccessKey"',
    '访问密钥 ID，与 "secretAccessKey" 一并给出',
    ...none,
  ),
  ...secret('backup.s3.secretAccessKey', 'Secret of the access key', '访问密钥的密文'),
  'backup.s3.certificates': w(
    "Certificates by which the store's is checked, PEM",
    '用于校验存储证书的 CA 证书（PEM）',
    "the system's",
    '系统证书',
  ),
  'backup.everyMinutes': w('How often a backup is made', '自动备份的间隔（分钟）', 'by command only', '仅手动备份'),
  'backup.keep.last': w('How many of the newest are kept', '保留最近的备份份数', ...standard),
  'backup.keep.daily': w('How many days one each is kept', '按日保留的天数', ...standard),
  'backup.keep.weekly': w('How many weeks one each is kept', '按周保留的周数', ...standard),
  'backup.keep.monthly': w('How many months one each is kept', '按月保留的月数', ...standard),
  'upgrade.keepDays': w('How many days the state from before an upgrade is kept', '升级前状态的保留天数', '1', '1'),
  'metrics.listen.address': w(
    'A listener for /metrics alone: its address',
    '仅提供 /metrics 的独立监听地址',
    'that of the node',
    '节点自身的地址',
  ),
  'metrics.listen.port': w('And its port', '该监听的端口', ...none),
  'metrics.open': w(
    'Who reads /metrics without a key: "loopback" (this machine), "key" (nobody), "anyone"',
    '何者可免密钥读取 /metrics："loopback"（本机）、"key"（均须密钥）、"anyone"（任何人）',
    'loopback',
    'loopback',
  ),
  'log.level': w('The least that is logged', '记录的最低日志级别', 'warn', 'warn'),
  'log.file': w(
    'Log file, relative to the data folder',
    '日志文件（相对于数据目录）',
    'standard output, which journald keeps',
    '标准输出（由 journald 保存）',
  ),
  'log.megabytes': w('Size of one log file, in megabytes', '单个日志文件的大小（MB）', '10', '10'),
  'log.keep': w('Log files that are kept beside the current one', '除当前文件外保留的日志文件数', '5', '5'),
  'tracing.endpoint': w('OTLP collector that traces are sent to over HTTP', '接收链路追踪的 OTLP 采集器（HTTP）', ...off),
  'tracing.headerFiles': w('Headers for it: files that hold their values', '附加请求头：存放其值的文件', ...none),
  'tracing.sampling': w('Share of traces that are kept, 0 to 1', '链路采样比例（0 至 1）', '1', '1'),
  'federation.listen.address': w(
    'Where a coordinator in this node listens',
    '本节点内协调方的监听地址',
    'no coordinator',
    '不担任协调方',
  ),
  'federation.listen.port': w('And at which port', '协调方的监听端口', ...none),
  'federation.match.minSize': w('Customers that each side has at least', '每方参与匹配的最少客户数', '1000', '1000'),
  'federation.match.maxSize': w('And at most', '每方参与匹配的最多客户数', '1000000', '1000000'),
  'federation.match.minIntersection': w(
    'Shared customers below which nobody learns how many',
    '共有客户少于此数时不披露结果',
    '100',
    '100',
  ),
  'federation.match.perPartner.matches': w('Matches with one partner', '与同一机构的匹配次数上限', '6', '6'),
  'federation.match.perPartner.days': w('Within so many days', '上述次数所在的天数', '30', '30'),
  'federation.match.officers': w('How many people of each side approve a match', '每方批准匹配所需的人数', '2', '2'),
  'federation.match.nearSets': w(
    'Share of a list: two that differ by less are one question asked twice',
    '两份名单差异低于此比例时视为重复提问',
    '0.001',
    '0.001',
  ),
  'federation.privacy.epsilon': w('What a partner may learn from answers with noise', '含噪声答复的隐私预算 epsilon', '10', '10'),
  'federation.privacy.delta': w('The chance that this does not hold', '上述保证失效的概率 delta', '1e-6', '1e-6'),
  'federation.privacy.answers': w('Answers without noise', '无噪声答复的次数上限', '200', '200'),
};
