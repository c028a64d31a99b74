// The one catalogue of errors. An operating fault is answered with its code, status, a public message in both languages
// and what to do next; a programmer's fault is an ordinary exception and crashes loudly. No fault carries a key or personal data.

import { backupFaults } from './errors-backup.ts';
import { servingFaults } from './errors-serving.ts';
import { upgradeFaults } from './errors-upgrade.ts';

export type Words = { en: string; zh: string };
export type FaultEntry = { status: number; message: Words; next: Words };

export const catalogue = {
  bad_request: {
    status: 400,
    message: { en: 'The request is not valid.', zh: '请求无效。' },
    next: { en: 'Correct the field named in "where" and send it again.', zh: '请更正 "where" 所指的字段后重试。' },
  },
  unreadable_body: {
    status: 400,
    message: { en: 'The body could not be read as JSON.', zh: '请求体不是可读的 JSON。' },
    next: { en: 'Send valid JSON in UTF-8, gzip at most once.', zh: '请发送 UTF-8 编码的有效 JSON（最多一次 gzip 压缩）。' },
  },
  unauthenticated: {
    status: 401,
    message: { en: 'No valid key came with the request.', zh: '请求未附带有效密钥。' },
    next: {
      en: 'Send a write key for tracking; for the API sign in, or send a key of a program or the access token.',
      zh: '上报请附写入密钥；调用 API 请登录，或附程序密钥或访问令牌。',
    },
  },
  sign_in_failed: {
    status: 401,
    message: { en: 'Signing in failed: login, password or code is wrong.', zh: '登录失败：登录名、密码或验证码有误。' },
    next: {
      en: 'Type them again. An administrator can give you a one-time link if you forgot your password.',
      zh: '请重新输入。忘记密码时，可请管理员提供一次性链接。',
    },
  },
  provider_refused: {
    status: 401,
    message: { en: "Signing in by your organisation's provider did not succeed.", zh: '通过机构身份提供方登录未成功。' },
    next: {
      en: 'Begin again from the sign-in page. If it fails again, ask an administrator whether you are in a group that may use this node.',
      zh: '请从登录页重新开始。如仍失败，请向管理员确认您所在的组是否有权使用本节点。',
    },
  },
  provider_unavailable: {
    status: 503,
    message: { en: "Your organisation's sign-in provider does not answer as it should.", zh: '机构身份提供方未正常应答。' },
    next: {
      en: 'Try again in a minute, or sign in by password. The settings are under "directory" in holdfast.json.',
      zh: '请稍后重试，或使用密码登录。相关设置位于 holdfast.json 的 "directory" 中。',
    },
  },
  too_many_attempts: {
    status: 429,
    message: { en: 'Too many wrong tries.', zh: '错误尝试过多。' },
    next: {
      en: 'Wait the seconds in Retry-After; tries until then are not looked at and do not lengthen the wait.',
      zh: '请等待 Retry-After 指示的秒数；期间的尝试不会被处理，也不会延长等待。',
    },
  },
  second_factor_needed: {
    status: 403,
    message: { en: 'A second factor is needed first.', zh: '需要先完成第二重验证。' },
    next: {
      en: 'Send the code of your authenticator app, or set one up if you have none.',
      zh: '请提交验证器应用的验证码；尚未设置的，请先设置。',
    },
  },
  not_proven: {
    status: 403,
    message: { en: 'This password or code is not right.', zh: '密码或验证码不正确。' },
    next: {
      en: 'Type it again; a code counts once, so wait for the next one.',
      zh: '请重新输入；每个验证码只能使用一次，请等待下一个。',
    },
  },
  cross_site: {
    status: 403,
    message: { en: 'This request seems to come from another site.', zh: '该请求似乎来自其他网站。' },
    next: {
      en: "Send it from the node's own pages with the header x-holdfast, or with a bearer token.",
      zh: '请从本节点页面发送并附 x-holdfast 请求头，或使用 Bearer 令牌。',
    },
  },
  link_invalid: {
    status: 410,
    message: { en: 'This link was used, has run out, or was never given out.', zh: '该链接已使用、已过期或无效。' },
    next: { en: 'Ask an administrator for a new one.', zh: '请向管理员索取新链接。' },
  },
  desktop_code_invalid: {
    status: 410,
    message: { en: 'This sign-in was used, ran out, or was begun elsewhere.', zh: '本次登录已使用、已过期或来自别处。' },
    next: { en: 'Begin again in the desktop console.', zh: '请在桌面控制台重新登录。' },
  },
  weak_password: {
    status: 422,
    message: { en: 'This password would be guessed.', zh: '该密码容易被猜到。' },
    next: {
      en: 'Take a longer sentence of your own; "where" says which rule it breaks.',
      zh: '请使用更长、属于您自己的语句；"where" 说明违反的规则。',
    },
  },
  forbidden: {
    status: 403,
    message: { en: 'You may not do this.', zh: '您无权执行此操作。' },
    next: {
      en: 'Ask an administrator for a role that may do what "where" names; the attempt was logged.',
      zh: '请向管理员申请可执行 "where" 所指操作的角色；本次尝试已记录。',
    },
  },
  step_up_needed: {
    status: 403,
    message: { en: 'This needs you to prove again who you are.', zh: '此操作需要再次验证身份。' },
    next: { en: 'Confirm your password or code, then send it again.', zh: '请确认密码或验证码后重试。' },
  },
  approval_needed: {
    status: 403,
    message: { en: 'This needs a second person.', zh: '此操作需要第二人批准。' },
    next: { en: 'Propose it; somebody else approves.', zh: '请提交申请，由他人批准。' },
  },
  policies_broken: {
    status: 400,
    message: { en: 'The policies are not valid.', zh: '策略无效。' },
    next: {
      en: 'Correct the lines named in "where"; the policies in force stay.',
      zh: '请更正 "where" 所指的行；现行策略不变。',
    },
  },
  not_found: {
    status: 404,
    message: { en: 'There is nothing here by that name.', zh: '未找到该内容。' },
    next: { en: 'Check the id or identifier.', zh: '请检查编号或标识符。' },
  },
  conflict: {
    status: 409,
    message: { en: 'This contradicts what the node already holds.', zh: '与节点已有内容冲突。' },
    next: { en: 'Read the current state and decide again.', zh: '请读取当前状态后再做决定。' },
  },
  match_refused: {
    status: 409,
    message: { en: 'This node does not allow a match by these terms.', zh: '本节点不允许按此条款匹配。' },
    next: {
      en: 'Change the terms named in "where", or what holdfast.json allows under federation.match.',
      zh: '请修改 "where" 所示条款，或调整 holdfast.json 中 federation.match 的限制。',
    },
  },
  budget_spent: {
    status: 409,
    message: { en: 'The budget of what may be told to this partner is spent.', zh: '对该合作方的披露预算已用完。' },
    next: {
      en: 'See holdfast federation budget. An administrator sets budgets in holdfast.json under federation.privacy.',
      zh: '请用 holdfast federation budget 查看。管理员可在 holdfast.json 的 federation.privacy 中设置预算。',
    },
  },
  federation_refused: {
    status: 409,
    message: { en: 'The federation does not allow this.', zh: '联盟不允许此操作。' },
    next: {
      en: '"where" begins with the code of the federation protocol; docs/errors.md says what each means.',
      zh: '"where" 以联盟协议的代码开头；其含义见 docs/errors.md。',
    },
  },
  federation_unreachable: {
    status: 503,
    message: { en: 'The coordinator of the federation does not answer.', zh: '联盟的协调方没有应答。' },
    next: {
      en: 'The node goes on by itself once it answers; check the network, and ask whoever runs the coordinator.',
      zh: '恢复应答后节点会自动继续；请检查网络，并询问协调方的运行者。',
    },
  },
  too_large: {
    status: 413,
    message: { en: 'The request is larger than the limit.', zh: '请求超过大小限制。' },
    next: { en: 'Send smaller batches.', zh: '请分成更小的批次发送。' },
  },
  too_busy: {
    status: 429,
    message: { en: 'The node is at capacity.', zh: '节点已达处理上限。' },
    next: { en: 'Try again after the seconds in Retry-After.', zh: '请在 Retry-After 指示的秒数后重试。' },
  },
  sealed: {
    status: 503,
    message: { en: 'The node is sealed.', zh: '节点处于封存状态。' },
    next: { en: 'An operator opens it with "holdfast unseal".', zh: '请管理员执行 "holdfast unseal" 解封。' },
  },
  store_unavailable: {
    status: 503,
    message: { en: 'The store cannot be written or read now.', zh: '存储暂不可读写。' },
    next: {
      en: 'See "holdfast doctor" for the cause; nothing acknowledged is lost.',
      zh: '请用 "holdfast doctor" 查明原因；已确认的数据不会丢失。',
    },
  },
  disk_full: {
    status: 503,
    message: { en: 'The disk is full.', zh: '磁盘已满。' },
    next: {
      en: "Free space on the data folder's disk; the node goes on by itself.",
      zh: '请释放数据目录所在磁盘空间，节点会自动恢复。',
    },
  },
  store_read_only: {
    status: 503,
    message: { en: 'The data folder cannot be written.', zh: '数据目录不可写。' },
    next: {
      en: "Give the node's user write permission, or mount the disk read-write.",
      zh: '请赋予运行用户写权限，或以读写方式挂载磁盘。',
    },
  },
  store_corrupt: {
    status: 500,
    message: { en: 'The database is damaged.', zh: '数据库已损坏。' },
    next: {
      en: 'Stop the node, keep the folder as it is, and restore the last backup.',
      zh: '请停止节点，保留现场，并恢复最近的备份。',
    },
  },
  store_from_future: {
    status: 500,
    message: { en: 'The database was written by a newer version of Holdfast.', zh: '数据库由更新版本的 Holdfast 写入。' },
    next: { en: 'Start the newer version; this one changed nothing.', zh: '请使用更新的版本启动；本版本未作任何改动。' },
  },
  store_in_use: {
    status: 503,
    message: { en: 'Another Holdfast already uses this data.', zh: '该数据正被另一个 Holdfast 进程使用。' },
    next: {
      en: 'Stop the other one, or name another data folder or database.',
      zh: '请停止另一个进程，或指定其他数据目录或数据库。',
    },
  },
  migration_changed: {
    status: 500,
    message: {
      en: 'The database was brought up to date by a different build of Holdfast.',
      zh: '数据库由不同构建的 Holdfast 升级过。',
    },
    next: { en: 'Start the build that made it; this one changed nothing.', zh: '请使用原来的构建启动；本版本未作任何改动。' },
  },
  wrong_passphrase: {
    status: 403,
    message: { en: 'The passphrase or the shares do not open this node.', zh: '口令或恢复份额无法解封本节点。' },
    next: { en: 'Check for typing errors and the data folder; nothing was changed.', zh: '请检查输入与数据目录；未作任何改动。' },
  },
  key_file_damaged: {
    status: 500,
    message: { en: 'The key file is damaged or incomplete.', zh: '密钥文件损坏或不完整。' },
    next: { en: 'Put the copy of keys.json from a backup in its place.', zh: '请用备份中的 keys.json 替换。' },
  },
  key_file_missing: {
    status: 500,
    message: { en: 'This data folder has no key file.', zh: '该数据目录没有密钥文件。' },
    next: {
      en: 'Put the copy of keys.json back, or name the right folder by --data. For a new node run "holdfast init".',
      zh: '请放回 keys.json 的副本，或用 --data 指定正确目录。新节点请执行 "holdfast init"。',
    },
  },
  key_file_from_future: {
    status: 500,
    message: { en: 'The key file was written by a newer version of Holdfast.', zh: '密钥文件由更新版本的 Holdfast 写入。' },
    next: { en: 'Start the newer version; this one changed nothing.', zh: '请使用更新的版本启动；本版本未作任何改动。' },
  },
  ...backupFaults,
  coordinator_missing: {
    status: 500,
    message: { en: 'There is no coordinator in this data folder.', zh: '该数据目录中没有协调方。' },
    next: {
      en: 'Run "holdfast coordinate init" for a new one, or name the right folder by --data.',
      zh: '请执行 "holdfast coordinate init" 新建，或用 --data 指定正确的目录。',
    },
  },
  coordinator_waiting: {
    status: 409,
    message: { en: 'The founder has not welcomed this coordinator yet.', zh: '创建方尚未接纳该协调方。' },
    next: {
      en: 'Give join-request.json to the founder, and take the answer by "holdfast coordinate welcome FILE".',
      zh: '请将 join-request.json 交给创建方，收到答复文件后执行 "holdfast coordinate welcome 文件"。',
    },
  },
  already_initialised: {
    status: 409,
    message: { en: 'This data folder already holds a node.', zh: '该数据目录已存在节点。' },
    next: {
      en: 'Use it with "holdfast serve", or name another folder by --data.',
      zh: '请用 "holdfast serve" 启动，或用 --data 指定其他目录。',
    },
  },
  seal_broken: {
    status: 500,
    message: { en: 'A sealed value did not open: it was changed or moved.', zh: '密文无法解开：内容被改动或移位。' },
    next: { en: 'Run "holdfast doctor"; restore the row from a backup.', zh: '请执行 "holdfast doctor"，并从备份恢复该行。' },
  },
  audit_broken: {
    status: 500,
    message: { en: 'The audit log is not what the node signed.', zh: '审计日志与节点签名不符。' },
    next: {
      en: 'Keep the folder as it is and run "holdfast audit verify"; customers can be read again once a good copy is restored.',
      zh: '请保留现场并执行 "holdfast audit verify"；恢复完好的副本后方可再次读取客户数据。',
    },
  },
  receipt_broken: {
    status: 500,
    message: { en: 'The receipt does not verify.', zh: '回执未通过验证。' },
    next: { en: 'Ask the node for it again; "where" says what is wrong.', zh: '请向节点重新索取；"where" 说明问题所在。' },
  },
  transcript_broken: {
    status: 500,
    message: { en: 'The transcript does not verify.', zh: '会话记录未通过验证。' },
    next: {
      en: 'Do not rely on it; compare it with the copy of the other party. The findings say what is wrong in which line.',
      zh: '请勿采信；请与对方的副本比对。所列问题说明了有误的行及原因。',
    },
  },
  config_invalid: {
    status: 500,
    message: { en: 'The configuration is not valid.', zh: '配置无效。' },
    next: { en: 'Correct the setting named in "where" in holdfast.json.', zh: '请更正 holdfast.json 中 "where" 所指的设置。' },
  },
  ...servingFaults,
  ...upgradeFaults,
  passphrase_missing: {
    status: 400,
    message: { en: 'No passphrase was given, and there is no terminal to ask on.', zh: '未提供口令，且没有可用于询问的终端。' },
    next: {
      en: 'Name a file that holds it by HOLDFAST_PASSPHRASE_FILE, or run the command in a terminal.',
      zh: '请用 HOLDFAST_PASSPHRASE_FILE 指定口令文件，或在终端中执行。',
    },
  },
  node_not_running: {
    status: 503,
    message: { en: 'No node is running on this data folder.', zh: '该数据目录上没有正在运行的节点。' },
    next: {
      en: 'Start it with "holdfast serve", or name the folder of the running node by --data.',
      zh: '请用 "holdfast serve" 启动，或用 --data 指定正在运行的节点的数据目录。',
    },
  },
  node_not_answering: {
    status: 503,
    message: { en: 'The node did not answer as it should.', zh: '节点未正常应答。' },
    next: {
      en: 'Look at its log, run "holdfast doctor", then try again.',
      zh: '请查看节点日志，执行 "holdfast doctor" 后重试。',
    },
  },
  segment_rule_syntax: {
    status: 400,
    message: { en: 'The rule could not be read.', zh: '无法读懂该规则。' },
    next: {
      en: '"where" says the place and what was expected there; docs/segments.md has the language by examples.',
      zh: '"where" 说明出错位置及此处应有的内容；规则语言的示例见 docs/segments.md。',
    },
  },
  segment_rule_invalid: {
    status: 422,
    message: { en: 'The rule is not valid.', zh: '规则无效。' },
    next: { en: 'Correct the part named in "where".', zh: '请更正 "where" 所指的部分。' },
  },
  segment_cycle: {
    status: 422,
    message: { en: 'Segments ask for each other in a circle.', zh: '人群之间循环引用。' },
    next: {
      en: '"where" names the circle: take one "in segment" out of one of its rules.',
      zh: '"where" 列出了循环：请从其中一条规则里去掉一个“属于人群”条件。',
    },
  },
  segment_in_use: {
    status: 409,
    message: { en: 'Other segments ask for this one.', zh: '其他人群正在引用该人群。' },
    next: { en: 'Change or remove those named in "where" first.', zh: '请先更改或删除 "where" 所列的人群。' },
  },
  unhealthy: {
    status: 500,
    message: { en: 'The node is not well.', zh: '节点状态异常。' },
    next: { en: 'Do what stands beside each check that failed.', zh: '请按每项未通过检查的提示处理。' },
  },
  unreadable_file: {
    status: 400,
    message: { en: 'The file could not be read.', zh: '文件无法读取。' },
    next: { en: 'Check the path, the permission and the format.', zh: '请检查路径、权限与格式。' },
  },
  limit_reached: {
    status: 422,
    message: { en: 'A named limit was reached.', zh: '已达到规定上限。' },
    next: {
      en: 'See "where" for the limit; raise it in the configuration if it is right for you.',
      zh: '"where" 说明了具体上限；如确有需要可在配置中调高。',
    },
  },
  cancelled: {
    status: 409,
    message: { en: 'The work was cancelled.', zh: '操作已取消。' },
    next: { en: 'Start it again when you want it done.', zh: '需要时请重新开始。' },
  },
  cannot_train: {
    status: 422,
    message: { en: 'No model can be trained on this.', zh: '无法用这些数据训练模型。' },
    next: {
      en: 'See which column or which number of rows is named, and change the data or the options.',
      zh: '请根据提示的列或行数调整数据或选项。',
    },
  },
  too_little_data: {
    status: 422,
    message: { en: 'There are too few rows to judge by.', zh: '数据行数过少，无法判断。' },
    next: {
      en: 'See "where" for how many there are and how many are needed; bring more, or wait until more are known.',
      zh: '"where" 说明现有与所需的行数；请提供更多数据，或等待更多结果。',
    },
  },
  checkpoint_unfit: {
    status: 409,
    message: {
      en: 'What was kept of a training that was broken off does not belong to this one.',
      zh: '中断训练留下的进度不属于本次训练。',
    },
    next: {
      en: 'Begin anew (--fresh on the command line), or go on with the same data, options and version as before.',
      zh: '请重新开始（命令行用 --fresh），或使用与之前相同的数据、选项和版本继续。',
    },
  },
  not_enough_memory: {
    status: 413,
    message: { en: 'This would take more memory than is allowed.', zh: '所需内存超过允许的上限。' },
    next: { en: 'Take fewer rows or columns, or raise the limit named.', zh: '请减少行或列，或提高所提示的上限。' },
  },
  model_invalid: {
    status: 422,
    message: { en: 'The model is not valid, or does not fit the data.', zh: '模型无效，或与数据不匹配。' },
    next: { en: 'Correct what "where" names and try again.', zh: '请更正 "where" 所指之处后重试。' },
  },
  model_failed: {
    status: 503,
    message: { en: 'The model broke down or took too long.', zh: '模型运行异常或超时。' },
    next: {
      en: 'The node itself goes on. "where" says what happened; try the model outside the node, or allow it more time.',
      zh: '节点本身不受影响。"where" 说明了原因；请在节点外测试该模型，或放宽时限。',
    },
  },
  not_identifiable: {
    status: 422,
    message: { en: 'The data do not tell the parameters of this model.', zh: '数据不足以确定该模型的参数。' },
    next: {
      en: 'See "where" for what is missing; bring more customers, or a longer time of observation.',
      zh: '"where" 说明缺少什么；请提供更多客户或更长的观察期。',
    },
  },
  worker_failed: {
    status: 503,
    message: {
      en: 'A worker thread broke down, and again when its work was tried once more.',
      zh: '工作线程异常中止，重试后再次中止。',
    },
    next: {
      en: 'Everything else goes on. Give the work more memory or less data, then start it again; "where" says what was being done.',
      zh: '其他功能不受影响。请增加内存或减少数据后重新开始；"where" 说明当时在做什么。',
    },
  },
  stopping: {
    status: 503,
    message: { en: 'The node is stopping.', zh: '节点正在停止。' },
    next: { en: 'Try again in a few seconds.', zh: '请数秒后重试。' },
  },
  internal: {
    status: 500,
    message: { en: 'Something went wrong inside the node.', zh: '节点内部出错。' },
    next: { en: 'Look for the correlation id in the log.', zh: '请用关联编号查日志。' },
  },
} as const satisfies Record<string, FaultEntry>;

export type FaultCode = keyof typeof catalogue;

/** An operating fault. `where` says which field, file or row, never its value; `retryAfterS` is in seconds. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly where: string | undefined;
  readonly retryAfterS: number | undefined;
  /** In place of the catalogue's, where another catalogue knows better what happened. */
  readonly words: Pick<FaultEntry, 'message' | 'next'>;

  constructor(
    code: FaultCode,
    where?: string,
    options: { cause?: unknown; retryAfterS?: number; words?: Pick<FaultEntry, 'message' | 'next'> } = {},
  ) {
    super(where ? `${catalogue[code].message.en} (${where})` : catalogue[code].message.en, { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.where = where;
    this.retryAfterS = options.retryAfterS;
    this.words = options.words ?? catalogue[code];
  }

  get status(): number {
    return catalogue[this.code].status;
  }
}
