// The card's style sheet: the fonts a machine has, one accent, light and dark by what the reader prefers, A4 by itself, and the choice of the
// language by two radio inputs that stand before the page.

const light = `
--paper:#fff;--surface:#fff;--sunken:#f7f8fa;--ink:#14171f;--text:#343a46;--muted:#5f6775;--line:#e8eaee;--axis:#c3c8d1;--quiet:#cdd2db;
--reference:#9aa1ae;--accent:#4f46e5;--tint:#eeedfd;--good:#12694a;--good-tint:#e6f5ee;--fair:#875108;--fair-tint:#fdf3e1;--weak:#b3261e;--weak-tint:#fdecea;
color-scheme:light;`;
const dark = `
--paper:#0e1015;--surface:#0e1015;--sunken:#161920;--ink:#f3f4f7;--text:#ccd1da;--muted:#98a1b0;--line:#252a34;--axis:#454c5a;--quiet:#3b4250;
--reference:#6b7383;--accent:#8f8bff;--tint:#20203f;--good:#5fd3a3;--good-tint:#11291f;--fair:#eab65c;--fair-tint:#2c2211;--weak:#ff8f86;--weak-tint:#341a18;
color-scheme:dark;`;

const base = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--text);font:15px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","WenQuanYi Micro Hei",sans-serif;overflow-wrap:anywhere}
.page{max-width:920px;margin:0 auto;padding:40px 24px 64px}
h1,h2,h3{color:var(--ink);line-height:1.25;margin:0;text-wrap:balance}
h1{font-size:34px;font-weight:650;letter-spacing:-.022em;margin-top:26px}
h2{font-size:22px;font-weight:620;letter-spacing:-.014em}
h3{font-size:15px;font-weight:600}
p{margin:0}
b,strong{font-weight:600;color:var(--ink)}
code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
ul,ol,dl{margin:0;padding:0;list-style:none}
a{color:inherit}
section{padding-top:56px;scroll-margin-top:0}
section>*+*{margin-top:20px}
section>h2+.lead{margin-top:8px}
section>h3{margin-top:28px}
section>h3+.table,section>h3+.strip{margin-top:8px}
.lead{max-width:68ch;color:var(--muted)}
.hidden{position:absolute;width:1px;height:1px;margin:-1px;padding:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap;border:0}
.note,.axis,small{color:var(--muted);font-size:13px;font-weight:400}
small{display:block;font-size:12px;line-height:1.4}
.raw{display:block;color:var(--muted);font-weight:400;font-size:12px}
h3 .raw{display:inline;margin-left:8px}
.tag{display:inline-block;font-size:12px;line-height:1.5;font-weight:550;padding:1px 8px;border-radius:99px;background:var(--sunken);color:var(--muted);white-space:nowrap}
.tag.fine{background:var(--good-tint);color:var(--good)}
.tag.apart{background:var(--fair-tint);color:var(--fair)}
.empty,.fine{color:var(--muted)}
#in-en:checked~.page [lang="zh-CN"],#in-zh:checked~.page [lang="en"]{display:none}
`;

const top = `
.bar-top{display:flex;justify-content:space-between;align-items:center;gap:16px}
.eyebrow{font-size:13px;font-weight:600;color:var(--accent)}
.languages{display:flex;padding:3px;border-radius:9px;background:var(--sunken)}
.languages label{padding:4px 13px;border-radius:7px;font-size:13px;font-weight:550;color:var(--muted);cursor:pointer;white-space:nowrap}
#in-en:checked~.page label[for=in-en],#in-zh:checked~.page label[for=in-zh]{background:var(--paper);color:var(--ink);box-shadow:0 1px 2px rgb(0 0 0/.14)}
#in-en:focus-visible~.page label[for=in-en],#in-zh:focus-visible~.page label[for=in-zh]{outline:2px solid var(--accent);outline-offset:1px}
.about{margin-top:10px;color:var(--muted)}
nav{display:none}
.verdict{border:1px solid var(--line);border-radius:14px;padding:24px 26px}
.verdict p+p{margin-top:8px;max-width:72ch}
.headline{font-size:19px;line-height:1.4}
.verdict .headline+p{margin-top:14px}
.grade{display:inline-block;margin-right:12px;padding:2px 12px;border-radius:99px;font-size:14px;line-height:1.6;font-weight:620;vertical-align:2px}
.good .grade{background:var(--good-tint);color:var(--good)}
.fair .grade{background:var(--fair-tint);color:var(--fair)}
.weak .grade{background:var(--weak-tint);color:var(--weak)}
.stats{display:grid;grid-template-columns:repeat(4,1fr);gap:0;border:1px solid var(--line);border-radius:14px}
.stats>div{padding:16px 20px;min-width:0}
.stats>div+div{border-left:1px solid var(--line)}
.stats dt{font-size:13px;color:var(--muted)}
.stats dd{margin:0}
.stats .value{display:block;margin:2px 0;font-size:25px;line-height:1.3;font-weight:600;letter-spacing:-.015em;color:var(--ink);font-variant-numeric:tabular-nums}
.stats .note{display:block;line-height:1.4;font-size:12.5px}
section>.before{margin-top:32px}
.warnings{margin-top:4px}
.warnings li{display:grid;grid-template-columns:86px 1fr;gap:8px;padding:12px 0;border-bottom:1px solid var(--line)}
.warnings li:last-child{border:0}
.warnings .tag{justify-self:start;align-self:start;margin-top:1px}
.serious .tag{background:var(--weak-tint);color:var(--weak)}
.mind .tag{background:var(--fair-tint);color:var(--fair)}
.before .fine{margin-top:8px}
`;

const tables = `
.table{overflow-x:auto;max-width:100%}
@media screen{.table{background:linear-gradient(90deg,var(--paper) 40%,transparent) 0 0/32px 100% local no-repeat,linear-gradient(270deg,var(--paper) 40%,transparent) 100% 0/32px 100% local no-repeat,linear-gradient(90deg,var(--line),transparent) 0 0/12px 100% scroll no-repeat,linear-gradient(270deg,var(--line),transparent) 100% 0/12px 100% scroll no-repeat}}
summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:4px}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.45}
th,td{padding:9px 16px 9px 0;text-align:left;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:2px}
thead th{font-size:12.5px;font-weight:550;color:var(--muted);vertical-align:bottom}
tbody th{font-weight:500;color:var(--ink);min-width:min(150px,29vw)}
tbody tr:last-child>*{border-bottom:0}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead .number small{font-size:11.5px}
.strong>*{font-weight:600;color:var(--ink)}
td.wide{width:40%;min-width:72px}
thead .number{white-space:normal}
thead th{overflow-wrap:normal}
.bar{display:block;height:8px;border-radius:4px;background:var(--sunken)}
.bar i{display:block;height:100%;border-radius:4px;background:var(--accent)}
td .tag{margin-left:8px;padding:0 7px;font-size:11.5px;background:var(--fair-tint);color:var(--fair)}
.facts>div{display:grid;grid-template-columns:minmax(130px,30%) 1fr;gap:16px;padding:8px 0;border-bottom:1px solid var(--line)}
.facts>div:last-child{border-bottom:0}
.facts dt{color:var(--muted)}
.facts dd{margin:0;color:var(--ink);font-variant-numeric:tabular-nums}
.facts.inline{display:flex;flex-wrap:wrap;gap:4px 32px;margin-top:14px}
.facts.inline>div{display:flex;gap:8px;padding:0;border:0}
.facts.inline dd{font-weight:600}
details+details,.names+details{margin-top:12px}
details{border-top:1px solid var(--line);padding-top:12px}
summary{cursor:pointer;font-size:14px;font-weight:550;color:var(--accent);width:fit-content}
details>.table{margin-top:10px}
`;

const drawings = `
.pictures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:36px 40px}
.picture{margin:0;min-width:0}
.picture svg{display:block;width:100%;height:auto;margin-top:6px;overflow:visible;font-variant-numeric:tabular-nums}
.picture .axis{line-height:1.4}
.picture .across{text-align:right;padding-right:4%}
.levels .table{margin-top:6px}
.levels th,.levels td{padding-top:6px;padding-bottom:6px}
.levels tbody th{width:40%}
.strip{display:flex;gap:2px;height:26px;border-radius:7px;overflow:hidden;margin-top:10px}
.strip i,.legend i{background:var(--quiet)}
.strip .right,.legend .right{background:var(--accent)}
.strip .wrong,.legend .wrong{background:color-mix(in srgb,var(--accent) 38%,var(--paper))}
.strip .missed,.legend .missed{background:var(--reference)}
.strip .left,.legend .left{background:var(--line)}
section>.legend{display:flex;flex-wrap:wrap;gap:4px 22px;font-size:13.5px;margin-top:10px}
.legend i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:7px}
.legend b{font-variant-numeric:tabular-nums}
section>.confusion{margin-top:32px;max-width:680px}
.confusion table{margin-top:10px;border-collapse:separate;border-spacing:8px;width:calc(100% + 16px);margin-left:-8px;table-layout:fixed}
.confusion th,.confusion td{border:0;padding:12px 16px}
.confusion thead th{padding:2px 16px}
.confusion tbody th,.confusion thead th:first-child{padding-left:0;width:24%}
.confusion td{border-radius:10px;background:var(--sunken)}
.confusion td.hit{background:var(--tint)}
.confusion td b{display:block;font-size:22px;line-height:1.35;font-variant-numeric:tabular-nums}
.confusion td .name{font-size:13px}
`;

const people = `
.examples,.members{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:20px}
.members{grid-template-columns:repeat(auto-fit,minmax(min(100%,250px),1fr))}
.example,.member{border:1px solid var(--line);border-radius:14px;padding:20px 22px}
.example header{display:flex;align-items:center;gap:16px;margin-bottom:12px}
.example .score{font-size:28px;line-height:1.2;font-weight:600;letter-spacing:-.02em;color:var(--ink);min-width:2.6em;font-variant-numeric:tabular-nums}
.example .note{line-height:1.45}
.reasons{margin-top:14px}
.reasons li{display:grid;grid-template-columns:1fr auto;gap:3px 12px;padding:7px 0;font-size:14px;line-height:1.4}
.reasons .effect{font-variant-numeric:tabular-nums;color:var(--muted);font-size:13px;white-space:nowrap}
.reasons .bar{grid-column:1/-1;height:6px;background:linear-gradient(var(--axis),var(--axis)) center/1px 100% no-repeat,var(--sunken)}
.bar.raises i{margin-left:50%;border-radius:0 3px 3px 0}
.bar.lowers i{margin-left:auto;position:relative;right:50%}
.bar.lowers i{background:var(--reference);border-radius:3px 0 0 3px}
.compared{padding-top:8px}
.compared h3 .tag{margin-left:10px;vertical-align:1px}
.compared p{margin:4px 0 8px}
.compared td.wide{width:16%;min-width:64px}
section>.names,details>.names{display:flex;flex-wrap:wrap;gap:6px;margin-top:8px}
.names li{padding:3px 10px;border-radius:7px;background:var(--sunken);color:var(--ink);font-size:13.5px;line-height:1.5;max-width:100%}
.names .raw{display:inline;margin-left:7px}
.member .facts{margin-top:8px;font-size:14px}
.member .facts>div{grid-template-columns:1fr auto;padding:6px 0}
.member .settings{border-top:1px solid var(--line);margin-top:0}
.member .settings dd{text-align:right}
div.limits{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:32px}
.limits ul{margin-top:8px}
.limits li{padding:7px 0 7px 20px;position:relative;font-size:14px;line-height:1.55}
.limits li::before{position:absolute;left:0;font-weight:600}
.limits .yes li::before{content:"✓";color:var(--good)}
.limits .no li::before{content:"✕";color:var(--weak)}
.limits .know li::before{content:"·";color:var(--muted)}
footer{margin-top:64px;padding-top:20px;border-top:1px solid var(--line);font-size:13px;color:var(--muted)}
`;

const screens = `
@media screen and (min-width:1180px){
.page{max-width:1150px;padding-left:242px;position:relative}
nav{display:block;position:absolute;left:24px;top:0;bottom:0;width:180px;font-size:13.5px}
nav p,nav ol{position:sticky}
nav p{top:48px;font-weight:600;color:var(--ink);margin-top:48px}
nav ol{top:76px;margin-top:8px}
nav a{display:block;padding:3px 0;color:var(--muted);text-decoration:none;line-height:1.5}
nav a:hover{color:var(--accent)}
}
@media screen and (max-width:720px){
body{font-size:15px}
.page{padding:22px 18px 48px}
h1{font-size:27px;margin-top:20px}
h2{font-size:20px}
section{padding-top:44px}
.verdict{padding:18px}
.headline{font-size:17px}
.headline .grade{display:table;margin-bottom:8px}
.stats{grid-template-columns:repeat(2,1fr)}
.stats>div{padding:13px 15px}
.stats>div:nth-child(odd){border-left:0}
.stats>div:nth-child(n+3){border-top:1px solid var(--line)}
.stats .value{font-size:22px}
.warnings li{grid-template-columns:1fr;gap:4px}
.pictures,.examples,div.limits{grid-template-columns:minmax(0,1fr)}
.minor{display:none}
td .tag{display:block;width:fit-content;margin:2px 0 0 auto}
.compared tbody th{min-width:64px}
.compared th,.compared td{padding-right:10px}
td.wide{width:26%;min-width:56px}
.facts>div{grid-template-columns:42% 1fr;gap:12px}
.confusion th,.confusion td{padding:10px}
.confusion thead th{padding:2px 10px}
.confusion table{border-spacing:5px;width:calc(100% + 10px);margin-left:-5px}
.confusion td b{font-size:19px}
}
@media print{
@page{size:A4;margin:16mm 15mm}
:root{${light}}
body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.page{max-width:none;padding:0}
.languages,nav{display:none}
h1{font-size:22pt;margin-top:10pt}
h2{font-size:15pt;break-after:avoid}
h3,.lead,figcaption,summary{break-after:avoid}
section{padding-top:24pt}
.picture,.example,.member,.verdict,.stats,.confusion,.warnings li,tr,.limits>div,.facts>div{break-inside:avoid}
.table{overflow:visible}
table{font-size:9pt}
th,td{padding-right:8pt}
.pictures{gap:18pt 22pt}
details::details-content{content-visibility:visible;block-size:auto}
}
`;

export const styleSheet = [
  `:root{${light}}@media screen and (prefers-color-scheme:dark){:root{${dark}}}`,
  base,
  top,
  tables,
  drawings,
  people,
  screens,
].join('');
