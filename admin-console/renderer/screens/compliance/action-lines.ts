// What the actions of policies and of the audit log are called, a line each: code, English, Chinese. Grouped as people look for them.

export const actionLines = `
# customers | Customers | 客户
profile.find | find customers | 查找客户
profile.read | read a customer | 查看客户
profile.list | list customers | 浏览客户
timeline.read | read what a customer did | 查看客户时间线
profile.unmask | see one value in the clear | 查看单个明文
traits.set | set traits of a customer | 设置客户属性
segment.of | see which segments a customer is in | 查看客户所属人群
score.read | read scores of a customer | 查看客户评分
score.top | see who scores highest | 查看评分最高的客户
live.watch | watch events as they come | 查看实时事件
import.try | try out an import | 试读导入文件
import.batch | import a file | 导入文件
token.make | make tokens for values | 生成替代令牌
token.reveal | turn a token back | 还原令牌
sample.load | load the sample organisation | 载入示例机构
# identity | Identity | 身份
identity.read | see how a customer is known | 查看身份依据
identity.merge | merge customers | 合并客户
identity.unmerge | take customers apart | 拆分客户
identity.retract | retract what joined two | 撤销关联依据
identity.match | look for matches | 查找匹配
identity.preview | see what a decision would change | 预览身份判定结果
identity.quality | see how well matching goes | 查看匹配质量
identity.rules | read the rules of identity | 查看身份规则
review.list | list pairs to decide | 列出待判定记录对
review.read | read a pair to decide | 查看待判定记录对
review.decide | decide a pair | 判定记录对
# consent | Consent | 同意
consent.read | read consents of a customer | 查看客户同意记录
consent.receipt | make a receipt of a consent | 出具同意回执
consent.tell | record a consent or a no | 登记同意或拒绝
consent.purposes | read purposes and numbers | 查看用途与数量
consent.texts | read the texts that were shown | 查看展示文本
consent.link | make a link to a customer's own page | 生成客户自助页面链接
consent.links.revoke | end links to a customer's page | 撤销客户自助页面链接
consent.request | ask a customer for a consent | 向客户征求同意
consent.requests.read | read what a customer was asked for | 查看征求记录
consent.outbox | read messages that wait to be sent | 查看待发送消息
preferences.read | open the own preference page | 打开自助页面
preferences.save | save choices on the own page | 保存自助选择
preferences.confirm | confirm a consent by link | 通过链接确认同意
preferences.receipt | fetch own receipts | 下载本人回执
# rights | Rights of the person | 个人权利
request.list | list requests of customers | 列出客户权利请求
request.read | read a request | 查看权利请求
request.letter | write a letter | 生成答复函
request.open | open a request | 登记权利请求
request.verify | record the check of an identity | 登记身份核验
request.hold | hold for another law | 依法保留
request.release | release a hold | 解除保留
request.extend | take the longer term | 延长期限
request.refuse | refuse a request | 拒绝请求
request.lift | end a restriction | 解除限制处理
request.complete | complete a request | 完成请求
subject.package | fetch everything about a customer | 取得客户全部数据
subject.export | give out everything about a customer | 导出客户全部数据
subject.erase | erase a customer | 删除客户
erasure.list | list erasures | 列出删除记录
erasure.read | read an erasure | 查看删除记录
erasure.receipt | fetch the receipt of an erasure | 取得删除回执
retention.read | read rules of retention | 查看保留期规则
retention.preview | see what retention would delete | 预览到期数据
retention.run | run the rules of retention | 执行保留期规则
register.read | read the register of processing | 查看处理活动记录
register.versions | list versions of the register | 列出记录版本
assessment.list | list impact assessments | 列出影响评估
assessment.read | read an impact assessment | 查看影响评估
assessment.add | keep an impact assessment | 保存影响评估
# oversight | Oversight | 监督
audit.read | read the audit log | 查看审计日志
audit.who | see who read whom | 查看访问关系
audit.verify | fetch proofs and heads | 取得证明与树头
audit.cosign | sign a peer's log | 为其他节点会签
audit.cosignature.add | keep a peer's signature | 保存其他节点的会签
access-review.read | list unusual access | 列出异常访问
access-review.show | read a finding | 查看异常访问
access-review.judge | judge a finding | 判定异常访问
access-review.watch | watch findings as they come | 实时查看异常访问
access-review.honey.read | list honey customers | 列出诱饵客户
access-review.honey.add | mark a honey customer | 标记诱饵客户
access-review.honey.remove | take the honey mark off | 取消诱饵标记
alarms.list | list alarms | 列出告警
alarms.watch | watch alarms as they come | 实时查看告警
alarms.acknowledge | acknowledge an alarm | 确认告警
approval.list | list approvals | 列出审批
approval.propose | propose an act for two | 提议双人操作
approval.decide | decide an approval | 处理审批
approve | approve an act of somebody else | 批准他人的操作
break-glass.open | break the glass | 启用紧急访问
break-glass.list | see who broke the glass | 查看紧急访问
break-glass.review | review a broken glass | 复核紧急访问
access.break-glass | see customers while the glass is broken | 紧急访问期间查看客户
policy.read | read the policies | 查看策略
policy.check | try out policies | 试验策略
policy.change | change the policies | 更改策略
policy.version | put a version of policies in force | 启用策略版本
see.clear | see values in the clear | 查看明文
see.pseudonym | see values as pseudonyms | 查看假名
see.masked | see values masked | 查看脱敏值
# data | Data | 数据
source.list | list sources | 列出数据源
source.add | add a source | 添加数据源
source.rotate | give a source a new key | 轮换数据源密钥
source.enable | enable a source | 启用数据源
source.disable | disable a source | 停用数据源
dictionary.read | read a dictionary | 查看数据字典
dictionary.versions | list versions of a dictionary | 列出字典版本
dictionary.try | try out a dictionary | 试验字典
dictionary.set | set a dictionary | 设置字典
quarantine.counts | count what is in quarantine | 查看隔离数量
quarantine.list | list what is in quarantine | 列出隔离事件
quarantine.read | read an event in quarantine | 查看隔离事件
quarantine.fix | fix an event in quarantine | 修正隔离事件
quarantine.replay | replay from quarantine | 重放隔离事件
quarantine.discard | discard from quarantine | 丢弃隔离事件
catalogue.list | list the catalogue | 列出数据目录
catalogue.streams | list streams | 列出数据流
catalogue.read | read a field of the catalogue | 查看目录字段
catalogue.lineage | read lineage | 查看数据血缘
catalogue.classify | classify a field | 为字段分级
catalogue.forget | forget a field | 移除字段
quality.score | read quality scores | 查看质量评分
quality.rules | read quality rules | 查看质量规则
quality.rules.set | set quality rules | 设置质量规则
quality.history | read quality over time | 查看质量历史
quality.offenders | see which events broke a rule | 查看违规事件
quality.alarms | read alarms of quality | 查看质量告警
feature.list | list features | 列出特征
feature.summary | read a summary of features | 查看特征概要
feature.rows | read rows of features | 查看特征行
feature.purchases | read purchases under pseudonyms | 查看假名化购买记录
# segments | Segments | 人群
segment.list | list segments | 列出人群
segment.read | read a segment | 查看人群
segment.overlaps | see how segments overlap | 查看人群重叠
segment.rfm | see recency, frequency and spending | 查看 RFM 分布
segment.clusters | see clusters of customers | 查看客户聚类
segment.lifetime | see lifetime values | 查看客户终身价值
segment.spending | see what a segment spends | 查看人群消费
segment.snapshots | list snapshots | 列出快照
segment.add | add a segment | 新建人群
segment.change | change a segment | 更改人群
segment.remove | remove a segment | 删除人群
segment.snapshot | take a snapshot | 生成快照
segment.preview | count a rule | 预览规则
segment.members | see who is in a segment | 查看人群成员
segment.why | see why somebody is in a segment | 查看入群原因
segment.changes | see who entered and left | 查看进出记录
segment.watch | watch a segment | 实时查看人群
segment.package | fetch members for outside | 取得导出成员
segment.export | let members go outside | 向外导出成员
# models | Models | 模型
model.questions | list questions | 列出问题
model.list | list models | 列出模型
model.read | read a model | 查看模型
model.check | check terms of a training | 检查训练设置
model.file | fetch a model | 取得模型文件
model.jobs | see trainings | 查看训练任务
model.train | train a model | 训练模型
model.cancel | cancel a training | 取消训练
model.schedule | schedule trainings | 安排训练
model.promote | promote a version | 启用模型版本
model.rollback | roll a version back | 回退模型版本
model.retire | retire a model | 停用模型
model.import | import a model | 导入模型
# federation | Federation | 联盟
federation.list | list federations | 列出联盟
federation.budget | read privacy budgets | 查看隐私预算
federation.invitations | list invitations | 列出邀请
federation.requests | list requests to join | 列出加入申请
federation.verify | verify a transcript | 核验会话记录
federation.found | found a federation | 创建联盟
federation.join | join a federation | 加入联盟
federation.refresh | refresh a membership | 刷新成员资格
federation.invite | invite an organisation | 邀请机构
federation.withdraw | withdraw an invitation | 撤回邀请
federation.refuse | refuse an organisation | 拒绝机构
federation.dismiss | dismiss a request to join | 忽略加入申请
federation.coordinator | set the coordinator | 设置协调方
federation.admit | admit a member | 接纳成员
federation.remove | remove a member | 移除成员
federation.leave | leave a federation | 退出联盟
match.list | list matches | 列出匹配
match.read | read a match | 查看匹配
match.check | check terms of a match | 检查匹配条款
match.results | list results of matches | 列出匹配结果
match.result | see whom a match found | 查看匹配到的客户
match.standing | see what a match says of customers | 查看客户匹配状态
match.package | fetch the result of a match | 取得匹配结果
match.propose | propose a match | 提议匹配
match.accept | accept a match | 接受匹配
match.release | release a result | 放行结果
match.export | export a result | 导出结果
match.stop | stop a match | 停止匹配
match.override | let through what an alarm holds | 放行被告警拦下的匹配
match.file.list | list files for matches | 列出匹配文件
match.file.add | add a file for matches | 添加匹配文件
match.file.remove | remove a file for matches | 移除匹配文件
round.list | list rounds | 列出联合训练
round.read | read a round | 查看联合训练
round.draft | try out a round | 试拟联合训练
round.propose | propose a round | 提议联合训练
round.accept | accept a round | 接受联合训练
round.custody | keep a custodian's key | 保管密钥
round.share | give a share of a key | 提供密钥份额
round.unlock | unlock a key with shares | 以份额解锁密钥
round.vote | vote on a model | 对模型投票
round.stop | stop a round | 停止联合训练
round.scores | see what a round says of customers | 查看联合训练评分
round.served | serve a round | 参与联合训练
round.file.list | list files for rounds | 列出训练文件
round.file.add | add a file for rounds | 添加训练文件
round.file.remove | remove a file for rounds | 移除训练文件
# people | People and sign-in | 人员与登录
people.list | list people | 列出人员
people.invite | invite somebody | 邀请人员
people.link | make a link for the first administrator | 生成首位管理员链接
people.roles | change roles | 更改角色
people.reset | reset somebody's sign-in | 重置登录
people.disable | disable somebody | 停用人员
people.enable | enable somebody | 启用人员
session.read | look at the own session | 查看本人会话
session.sign-in | sign in | 登录
session.second-factor | give a second factor | 提交第二验证因素
session.link | open a one-time link | 打开一次性链接
session.passkey | sign in with a passkey | 使用通行密钥登录
session.provider-start | begin to sign in at the organisation | 开始通过单位账号登录
session.provider | sign in at the organisation | 通过单位账号登录
session.desktop-offer | offer a session to the desktop console | 准备登录桌面控制台
session.desktop | sign in to the desktop console | 登录桌面控制台
console.enrol | enrol a desktop console | 登记桌面控制台
session.sign-out | sign out | 退出登录
session.step-up | prove again who one is | 再次验证身份
account.password | change the own password | 更改本人密码
account.sessions | list own sessions | 列出本人会话
account.session-end | end an own session | 结束本人会话
account.totp-offer | set up a second factor | 设置第二验证因素
account.totp-confirm | confirm a second factor | 确认第二验证因素
account.totp-remove | remove a second factor | 移除第二验证因素
account.recovery-codes | make recovery codes | 生成恢复码
account.passkeys | list own passkeys | 列出本人通行密钥
account.passkey-offer | begin to add a passkey | 准备添加通行密钥
account.passkey-add | add a passkey | 添加通行密钥
account.passkey-remove | remove a passkey | 移除通行密钥
token.refused | a wrong access token | 访问令牌错误
# programs | Programs and directory | 程序与目录
api-key.list | list keys of programs | 列出程序密钥
api-key.add | give a program a key | 发放程序密钥
api-key.rotate | rotate a program's key | 轮换程序密钥
api-key.revoke | take a program's key away | 收回程序密钥
directory.about | ask what the directory can | 查看目录能力
directory.search | search the directory | 搜索目录
directory.user.list | list users of the directory | 列出目录用户
directory.user.read | read a user of the directory | 查看目录用户
directory.user.add | add a user by the directory | 由目录添加用户
directory.user.replace | replace a user by the directory | 由目录替换用户
directory.user.change | change a user by the directory | 由目录更改用户
directory.user.remove | remove a user by the directory | 由目录移除用户
directory.group.list | list groups of the directory | 列出目录组
directory.group.read | read a group of the directory | 查看目录组
directory.group.add | add a group by the directory | 由目录添加组
directory.group.replace | replace a group by the directory | 由目录替换组
directory.group.change | change a group by the directory | 由目录更改组
directory.group.remove | remove a group by the directory | 由目录移除组
# node | The node | 节点
node.look | look at how the node is | 查看节点状况
metrics.read | read the figures for monitoring | 读取监控指标
backup.look | look at how backups stand | 查看备份状况
backup.start | begin work on backups | 启动备份任务
backup.cancel | cancel work on backups | 终止备份任务
backup.backup | a backup | 备份
backup.verify | verifying of backups | 校验备份
backup.prune | pruning of backups | 清理备份
log.read | read the node's log | 查看运行日志
config.read | read the settings in force | 查看生效设置
support.make | make a support bundle | 生成支持包
job.list | see work in the background | 查看后台任务
job.all | see work in the background of every part | 查看全部后台任务
job.cancel | cancel work in the background | 终止后台任务
job.retry | begin work in the background again | 重试后台任务
identity.reindex | begin the index of identifiers again | 重新开始重建标识符索引
keys.rotate | rotate keys | 轮换密钥
keys.shares | make recovery shares | 生成恢复份额
keys.shares.confirm | confirm recovery shares | 确认恢复份额
seal | seal the node | 封存节点
unseal | open the node | 解封节点
`;
