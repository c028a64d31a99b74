// May somebody of this role do that for this purpose? The policies in force answer a made-up case, and say which of them decided.

import { Alert, Card, Checkbox, Col, Flex, Form, Row, Select } from 'antd';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Page } from '../../../parts/page.tsx';
import { usePurposeName, usePurposes } from '../../../parts/purpose-names.ts';
import { Answer } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { useSay, type Words } from '../../../words/words.ts';
import { actionName, allActions, useActionOptions } from '../action.tsx';
import { classWords, dataClasses, viewWords } from './class-words.ts';
import { PolicyLine } from './policies.tsx';
import { type Column, columns, columnWords } from './table.tsx';
import { PolicyTabs, policiesKey, policyWords } from './tabs.tsx';

const words = {
  may: { en: 'May', zh: '角色' },
  action: { en: 'do this', zh: '能否执行' },
  purpose: { en: 'for the purpose', zh: '用途' },
  noPurpose: { en: 'none given', zh: '未说明' },
  consent: { en: 'where the customer', zh: '客户对该用途' },
  sees: { en: 'and how is this shown', zh: '并查看该类数据' },
  nothing: { en: 'not asked', zh: '不问' },
  circumstances: { en: 'if', zh: '前提' },
  steppedUp: { en: 'they have just proved who they are', zh: '刚刚再次验证过身份' },
  approved: { en: 'somebody else approved it', zh: '已经他人批准' },
  breakGlass: { en: 'they broke the glass', zh: '已启用紧急访问' },
  yes: { en: 'Yes: {role} may {action}', zh: '可以：{role}可{action}' },
  no: { en: 'No: {role} may not {action}', zh: '不可以：{role}不可{action}' },
  needsStep: { en: 'It would be a yes after proving again who one is.', zh: '再次验证身份后即可执行。' },
  needsApproval: { en: 'It would be a yes once somebody else approves.', zh: '经他人批准后即可执行。' },
  unknown: { en: 'No policy can speak of this action: it is the operator’s alone.', zh: '没有策略涉及此操作：仅限操作员。' },
  shown: { en: 'Values of this class are shown: {view}.', zh: '该类数据的显示方式：{view}。' },
  because: { en: 'Because', zh: '依据' },
  silent: { en: 'No policy allows it; what is not allowed is refused.', zh: '没有策略允许；未获允许即被拒绝。' },
} as const;

const consents: { readonly [consent in 'unasked' | 'allowed' | 'denied']: Words } = {
  unasked: { en: 'is not asked about', zh: '未询问' },
  allowed: { en: 'allows it', zh: '允许' },
  denied: { en: 'refuses it', zh: '拒绝' },
};
type Consent = keyof typeof consents;
type DataClass = (typeof dataClasses)[number];
const flags = ['steppedUp', 'approved', 'breakGlass'] as const;

export default function PolicyCase() {
  const say = useSay();
  const [params, setParams] = useSearchParams();
  const actions = useActionOptions(allActions);
  const purposes = usePurposes();
  const purposeName = usePurposeName();
  const role = columns.find((one) => one === params.get('role')) ?? 'agent';
  const action = params.get('action') ?? 'profile.read';
  const purpose = params.get('purpose') ?? '';
  const consent = (Object.keys(consents) as Consent[]).find((one) => one === params.get('consent')) ?? 'unasked';
  const dataClass = dataClasses.find((one) => one === params.get('class'));
  const held = Object.fromEntries(flags.map((flag) => [flag, params.get(flag) === 'yes'])) as {
    [flag in (typeof flags)[number]]: boolean;
  };
  const set = (name: string, value: string | undefined) =>
    setParams(
      (before) => {
        if (value) before.set(name, value);
        else before.delete(name);
        return before;
      },
      { replace: true },
    );
  const query = { role, action, consent, ...held, ...(purpose && { purpose }), ...(dataClass && { dataClass }) };
  const asked = useQuery({
    queryKey: [...policiesKey, 'case', query],
    queryFn: ({ signal }) => unwrap(api.GET('/api/policies/case', { params: { query }, signal })),
    staleTime: 60_000,
  });
  const pick = <Value extends string>(
    name: string,
    label: Words,
    value: Value,
    options: { value: string; label: string }[],
    none?: Words,
  ) => (
    <Form.Item label={say(label)}>
      <Select
        aria-label={say(label)}
        value={value}
        onChange={(next: string) => set(name, next)}
        options={none ? [{ value: '', label: say(none) }, ...options] : options}
        popupMatchSelectWidth={false}
      />
    </Form.Item>
  );
  return (
    <Page title={policyWords.title} about={policyWords.about}>
      <PolicyTabs at="/policies/case">
        <Row gutter={[space.large, space.medium]}>
          <Col xs={24} lg={10}>
            <Form layout="vertical">
              {pick(
                'role',
                words.may,
                role,
                columns.map((value: Column) => ({ value, label: say(columnWords(value)) })),
              )}
              <Form.Item label={say(words.action)}>
                <Select
                  aria-label={say(words.action)}
                  value={action}
                  onChange={(next: string) => set('action', next)}
                  options={actions}
                  showSearch={{ optionFilterProp: 'search' }}
                />
              </Form.Item>
              {pick(
                'purpose',
                words.purpose,
                purpose,
                purposes.map((one) => ({ value: one.purpose, label: purposeName(one.purpose) })),
                words.noPurpose,
              )}
              {purpose !== '' &&
                pick(
                  'consent',
                  words.consent,
                  consent,
                  (Object.keys(consents) as Consent[]).map((value) => ({ value, label: say(consents[value]) })),
                )}
              {pick(
                'class',
                words.sees,
                dataClass ?? '',
                dataClasses.map((value: DataClass) => ({ value, label: say(classWords[value]) })),
                words.nothing,
              )}
              <Form.Item label={say(words.circumstances)}>
                <Flex vertical>
                  {flags.map((flag) => (
                    <Checkbox
                      key={flag}
                      checked={held[flag]}
                      onChange={({ target }) => set(flag, target.checked ? 'yes' : undefined)}
                    >
                      {say(words[flag])}
                    </Checkbox>
                  ))}
                </Flex>
              </Form.Item>
            </Form>
          </Col>
          <Col xs={24} lg={14}>
            <Answer of={asked}>
              {({ allowed, known, needs, view, policies }) => {
                const name = actionName(action);
                const filled = { role: say(columnWords(role)), action: name ? say(name) : action };
                const next = !known
                  ? say(words.unknown)
                  : needs && say(needs === 'step_up_needed' ? words.needsStep : words.needsApproval);
                return (
                  <Flex vertical gap={space.medium} aria-live="polite">
                    <Alert
                      type={allowed ? 'success' : needs ? 'warning' : 'error'}
                      showIcon
                      title={say(allowed ? words.yes : words.no, filled)}
                      {...(next && { description: next })}
                    />
                    {view && <Text>{say(words.shown, { view: say(viewWords[view]) })}</Text>}
                    <Card size="small" title={say(words.because)}>
                      <Flex vertical gap={space.small}>
                        {policies.map((policy) => (
                          <PolicyLine key={policy.id} of={policy} />
                        ))}
                        {policies.length === 0 && <Text type="secondary">{say(words.silent)}</Text>}
                      </Flex>
                    </Card>
                  </Flex>
                );
              }}
            </Answer>
          </Col>
        </Row>
      </PolicyTabs>
    </Page>
  );
}
