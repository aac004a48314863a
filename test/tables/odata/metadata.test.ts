import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { metadataJson } from '../../../src/tables/odata/metadata-json.ts';
import { metadataXml } from '../../../src/tables/odata/metadata-xml.ts';
import { MODEL } from './example.ts';

const run = promisify(execFile);

describe('$metadata as XML', () => {
  const xml = metadataXml(MODEL);
  // A property with a description has it within, and ends later.
  const lines = xml.split('\n').map((line) => line.replace(/^(<Property [^>]*[^/])>$/, '$1/>'));

  it.each([
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">',
    '<Schema Namespace="Wealth" xmlns="http://docs.oasis-open.org/odata/ns/edm">',
    '<EntityType Name="Client">',
    '<PropertyRef Name="position"/>',
    '<Property Name="id" Type="Edm.String" Nullable="false"/>',
    '<Property Name="updatedAt" Type="Edm.DateTimeOffset" Precision="7"/>',
    '<Property Name="birthDate" Type="Edm.Date"/>',
    '<Property Name="children" Type="Edm.Int32"/>',
    '<Property Name="visits" Type="Edm.Int64"/>',
    '<Property Name="score" Type="Edm.Double"/>',
    '<Property Name="wealth" Type="Edm.Decimal" Scale="2"/>',
    '<Property Name="share" Type="Edm.Decimal" Scale="variable"/>',
    '<Property Name="isActive" Type="Edm.Boolean"/>',
    '<NavigationProperty Name="plans" Type="Collection(Wealth.Plan)">',
    '<NavigationProperty Name="adviser" Type="Wealth.Employee">',
    '<Annotation Term="Core.Description" String="The &quot;id&quot; of &lt;one&gt; client &amp; no other."/>',
    '<Annotation Term="Core.Description" String="People.&#10;Each once, &lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot;."/>',
    '<EntitySet Name="Clients" EntityType="Wealth.Client">',
    '<NavigationPropertyBinding Path="adviser" Target="Employees"/>',
    '<Annotation Term="Capabilities.BatchSupported" Bool="false"/>',
    '<PropertyValue Property="UnsupportedExpressions" EnumMember="Org.OData.Capabilities.V1.SearchExpressions/OR Org.OData.Capabilities.V1.SearchExpressions/NOT Org.OData.Capabilities.V1.SearchExpressions/group"/>',
    '<Annotation Term="Capabilities.ConformanceLevel" EnumMember="Org.OData.Capabilities.V1.ConformanceLevelType/Minimal"/>',
    '<PropertyValue Property="Insertable" Bool="false"/>',
    '<String>contains</String>',
  ])('has %s', (line) => {
    expect(lines).toContain(line);
  });

  it('can have any text, and no character that XML has not', () => {
    const description = '\u0000\u0008\ud800<&"\'>\ufffe]]>\t😀';
    const [set] = MODEL.sets;
    if (!set) throw new Error('The example has no sets.');
    const strange = metadataXml({ namespace: 'N', sets: [{ ...set, navigation: [], description }] });
    expect(strange).toContain(`String="\ufffd&lt;&amp;&quot;'&gt;]]&gt;&#9;😀"`);
  });

  it('leads nowhere that is not there', () => {
    const model = { ...MODEL, sets: MODEL.sets.filter(({ name }) => name !== 'Employees') };
    expect(() => metadataXml(model)).toThrow('adviser leads to Employees');
    expect(() => metadataJson(model)).toThrow('adviser leads to Employees');
  });

  it('makes a client with odata2ts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'odata2ts-'));
    try {
      const source = join(folder, 'metadata.xml');
      const output = join(folder, 'out');
      await mkdir(output);
      await writeFile(join(folder, 'tsconfig.json'), '{}');
      await writeFile(source, xml);
      const cli = resolve('node_modules/@odata2ts/odata2ts/lib/run-cli.js');
      const { stderr } = await run(process.execPath, [cli, '-s', source, '-o', output, '-m', 'all', '-e', 'ts'], {
        cwd: folder,
      });
      expect(stderr).toBe('');
      const files = (await readdir(output, { recursive: true })).filter((file) => file.endsWith('.ts'));
      const written = (await Promise.all(files.map((file) => readFile(join(output, file), 'utf8')))).join('\n');
      for (const { name, type, columns, navigation } of MODEL.sets) {
        expect(written).toContain(`interface ${type}`);
        expect(written).toContain(`"${name}"`);
        for (const { property } of columns) expect(written).toContain(property);
        for (const each of navigation) expect(written).toContain(each.name);
      }
      expect(written).toMatch(/wealth: number \| null/);
      expect(written).toMatch(/plans\?: Array<Plan>/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('$metadata as JSON', () => {
  const { $Reference, Wealth, ...rest } = JSON.parse(metadataJson(MODEL));

  it('has the entity types', () => {
    expect(rest).toEqual({ $Version: '4.01', $EntityContainer: 'Wealth.Container' });
    expect(Object.values($Reference).flatMap((each) => (each as { $Include: unknown[] }).$Include)).toEqual([
      { $Namespace: 'Org.OData.Core.V1', $Alias: 'Core' },
      { $Namespace: 'Org.OData.Capabilities.V1', $Alias: 'Capabilities' },
    ]);
    expect(Wealth.Client).toEqual({
      $Kind: 'EntityType',
      $Key: ['id'],
      id: { '@Core.Description': 'The "id" of <one> client & no other.' },
      displayName: { $Nullable: true },
      status: { $Nullable: true },
      updatedAt: { $Type: 'Edm.DateTimeOffset', $Nullable: true, $Precision: 7 },
      birthDate: { $Type: 'Edm.Date', $Nullable: true },
      children: { $Type: 'Edm.Int32', $Nullable: true },
      visits: { $Type: 'Edm.Int64', $Nullable: true },
      score: { $Type: 'Edm.Double', $Nullable: true },
      wealth: { $Type: 'Edm.Decimal', $Nullable: true, $Scale: 2 },
      share: { $Type: 'Edm.Decimal', $Nullable: true, $Scale: 'variable' },
      isActive: { $Type: 'Edm.Boolean', $Nullable: true },
      plans: { $Kind: 'NavigationProperty', $Collection: true, $Type: 'Wealth.Plan', '@Core.Description': 'To Plans.' },
      adviser: {
        ...{ $Kind: 'NavigationProperty', $Type: 'Wealth.Employee', $Nullable: true },
        '@Core.Description': 'To Employees.',
      },
      '@Core.Description': 'People.\nEach once, <b>bold</b> & "quoted".',
    });
  });

  it('has the entity sets, and what can be done with them', () => {
    const { Clients, Employees, ...container } = Wealth.Container;
    expect(Clients).toMatchObject({
      $Collection: true,
      $Type: 'Wealth.Client',
      $NavigationPropertyBinding: { plans: 'Plans', adviser: 'Employees' },
      '@Capabilities.SearchRestrictions': { Searchable: true, UnsupportedExpressions: 'OR,NOT,group' },
      '@Capabilities.InsertRestrictions': { Insertable: false },
      '@Capabilities.NavigationRestrictions': { Navigability: 'Single' },
    });
    expect(Employees).toMatchObject({ '@Capabilities.SearchRestrictions': { Searchable: false } });
    expect(Employees).not.toHaveProperty('$NavigationPropertyBinding');
    expect(container).toMatchObject({
      $Kind: 'EntityContainer',
      '@Capabilities.ConformanceLevel': 'Minimal',
      '@Capabilities.BatchSupport': { Supported: false },
      '@Capabilities.FilterFunctions': expect.arrayContaining(['contains', 'in', 'year', 'ceiling']),
    });
  });
});
