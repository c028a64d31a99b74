// The bill of materials of one package: CycloneDX 1.6 as JSON, of what is in it and nothing else. Times come from the commit and there is no random
// number in it, so that it is the same for the same commit.

import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import type { Work } from './contents.ts';
import type { Architecture, Release } from './release.ts';

const about: { readonly [part in Work['part']]: string } = {
  node: 'runs in the node',
  runtime: 'the runtime',
  console: "built into the console's pages",
  within: 'compiled into a native module',
};

export function billOfMaterials(works: readonly Work[], release: Release, architecture: Architecture): string {
  const product = new Models.Component(Enums.ComponentType.Application, 'holdfast', {
    bomRef: 'holdfast',
    version: release.version,
  });
  const components = new Map(works.map((work) => [work.ref, componentOf(work)]));
  for (const work of works) {
    const component = components.get(work.ref)!;
    for (const need of work.needs) component.dependencies.add(components.get(need)!.bomRef);
    product.dependencies.add(component.bomRef);
  }
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ timestamp: new Date(release.epochS * 1000), component: product }),
    components: new Models.ComponentRepository(components.values()),
  });
  bom.metadata.properties.add(new Models.Property('holdfast:commit', release.commit));
  bom.metadata.properties.add(new Models.Property('holdfast:architecture', `linux-${architecture}`));
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 1 })}\n`;
}

function componentOf(work: Work): Models.Component {
  const [, group, name] = /^(?:(@[^/]+)\/)?(.+)$/.exec(work.name)!;
  const component = new Models.Component(
    work.part === 'runtime' ? Enums.ComponentType.Platform : Enums.ComponentType.Library,
    name!,
    {
      bomRef: work.ref,
      ...(group !== undefined && { group }),
      version: work.version,
      licenses: new Models.LicenseRepository([new Models.LicenseExpression(work.licence)]),
      ...(work.npm && { purl: new PackageURL('npm', group, name!, work.version, undefined, undefined).toString() }),
    },
  );
  component.properties.add(new Models.Property('holdfast:part', about[work.part]));
  if (work.integrity?.startsWith('sha512-'))
    component.hashes.set(
      Enums.HashAlgorithm['SHA-512'],
      Buffer.from(work.integrity.slice('sha512-'.length), 'base64').toString('hex'),
    );
  return component;
}
