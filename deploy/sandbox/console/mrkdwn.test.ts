import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Node } from './public/slack.d.ts'

// The page's modules are plain JavaScript for browsers; these parts of it need none.
const load = async (file: string) =>
  (await import(new URL(`./public/${file}`, import.meta.url).href)) as unknown
const { parseMrkdwn } = (await load('mrkdwn.js')) as { parseMrkdwn: (source: string) => Node[] }
const { parseMarkdown } = (await load('markdown.js')) as { parseMarkdown: (source: string) => Node[] }

const text = (words: string): Node => ({ type: 'text', text: words })
const link = (url: string, label = url): Node => ({ type: 'link', url, children: [text(label)] })

test.each<[string, Node[]]>([
  ['plain', [text('plain')]],
  ['*bold* _slanted_ ~struck~', [bold('bold'), text(' '), italic('slanted'), text(' '), strike('struck')]],
  ['*bold with _both_*', [{ type: 'bold', children: [text('bold with '), italic('both')] }]],
  ['2*3*4 snake_case_name', [text('2*3*4 snake_case_name')]],
  ['* not bold *', [text('* not bold *')]],
  ['`a *b* <c>`', [{ type: 'code', text: 'a *b* <c>' }]],
  ['see\n```one\n*two*```\nend', [text('see'), { type: 'pre', text: 'one\n*two*' }, text('end')]],
  ['&lt;b&gt; &amp;amp; &quot;', [text('<b> &amp; &quot;')]],
  ['<https://a.example/x?a=1&amp;b=2>', [link('https://a.example/x?a=1&b=2')]],
  ['<https://a.example|words>', [link('https://a.example', 'words')]],
  ['https://a.example/x.', [link('https://a.example/x'), text('.')]],
  ['<mailto:a@b.example|a@b>', [link('mailto:a@b.example', 'a@b')]],
  ['<@U0OPERATOR> <@U0X|maria>', [user('U0OPERATOR'), text(' '), user('U0X', 'maria')]],
  ['<#C0OPSALERTS|ops>', [{ type: 'channel', id: 'C0OPSALERTS', label: 'ops' }]],
  ['<!subteam^S0OPS|@ops>', [{ type: 'group', id: 'S0OPS', label: '@ops' }]],
  ['<!here>', [{ type: 'broadcast', range: 'here' }]],
  ['<!date^1392734382^{date} at {time}|then>', [date('{date} at {time}')]],
  [
    ':rocket: :no_such_thing: 10:30:45',
    [{ type: 'emoji', name: 'rocket' }, text(' :no_such_thing: 10:30:45')],
  ],
  ['&gt; quoted\nnot', [{ type: 'quote', children: [text('quoted')] }, text('not')]],
  ['<script>alert(1)</script>', [text('<script>alert(1)</script>')]],
  ['<javascript:alert(1)|click>', [text('<javascript:alert(1)|click>')]],
  ['<data:text/html,x|click>', [text('<data:text/html,x|click>')]],
])('mrkdwn %j', (source, nodes) => expect(parseMrkdwn(source)).toEqual(nodes))

test.each<[string, Node[]]>([
  ['# Title', [{ type: 'heading', level: 1, children: [text('Title')] }]],
  ['**b** *i* ~~s~~', [paragraph(bold('b'), text(' '), italic('i'), text(' '), strike('s'))]],
  ['[a](https://a.example)', [paragraph(link('https://a.example', 'a'))]],
  ['- one\n- two', [list(false, 'one', 'two')]],
  ['1. one\n2. two', [list(true, 'one', 'two')]],
  ['```\n**x**\n```', [{ type: 'pre', text: '**x**' }]],
  ['> q', [{ type: 'quote', children: [text('q')] }]],
  ['---', [{ type: 'rule' }]],
  ['<img src=x onerror=alert(1)>', [paragraph(text('<img src=x onerror=alert(1)>'))]],
  ['one\n\ntwo', [paragraph(text('one')), paragraph(text('two'))]],
])('markdown %j', (source, nodes) => expect(parseMarkdown(source)).toEqual(nodes))

test('a markdown table keeps its cells and alignment', () => {
  expect(parseMarkdown('| a | b |\n|---|--:|\n| 1 | **2** |')).toEqual([
    {
      type: 'table',
      header: true,
      align: [undefined, 'right'],
      rows: [
        [[text('a')], [text('b')]],
        [[text('1')], [bold('2')]],
      ],
    },
  ])
})

const awkward = fc.string({
  unit: fc.constantFrom(...'*_~`<>|&;:!@#^ \nab-1[](){}"'.split(''), 'https://x', '```', 'é'),
})

test('whatever text comes, mrkdwn links lead to web, mail and phone addresses only', () => {
  fc.assert(
    fc.property(awkward, (source) => {
      for (const url of addressesIn(parseMrkdwn(source))) expect(url).toMatch(/^(https?:\/\/|mailto:|tel:)/)
    }),
    { numRuns: 500 },
  )
})

test('plain words come out as they went in', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zà-ú0-9 ,.!?()-]*$/), (source) => {
      const shown = parseMrkdwn(source).map((node) => ('text' in node ? node.text : '?'))
      expect(shown.join('')).toBe(source)
    }),
  )
})

function* addressesIn(nodes: Node[]): Generator<string> {
  for (const node of nodes) {
    if (node.type === 'link') yield node.url
    if ('children' in node) yield* addressesIn(node.children)
  }
}

function bold(words: string): Node {
  return { type: 'bold', children: [text(words)] }
}

function italic(words: string): Node {
  return { type: 'italic', children: [text(words)] }
}

function strike(words: string): Node {
  return { type: 'strike', children: [text(words)] }
}

function user(id: string, label?: string): Node {
  return { type: 'user', id, ...(label !== undefined && { label }) }
}

function date(format: string): Node {
  return { type: 'date', timestamp: 1392734382, format, fallback: 'then' }
}

function paragraph(...children: Node[]): Node {
  return { type: 'paragraph', children }
}

function list(ordered: boolean, ...items: string[]): Node {
  return { type: 'list', ordered, indent: 0, start: 1, items: items.map((item) => [text(item)]) }
}
