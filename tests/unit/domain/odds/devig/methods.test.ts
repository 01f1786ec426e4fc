import { expect, it } from 'vitest';
import { devig, DEVIG_METHODS, type DevigMethod } from '../../../../../shared/domain/odds/devig.ts';

/**
 * Computed with mpmath 1.3 at 40 digits from the printed definitions, each equation by 160 bisections, the divergence
 * from its logarithms of ratios; nothing of the code under test.
 */
type Worked = {
  readonly odds: readonly number[];
  readonly fair: Readonly<Partial<Record<DevigMethod, readonly number[]>>>;
  readonly z: Readonly<Partial<Record<DevigMethod, number>>>;
};

const WORKED: readonly Worked[] = [
  {
    odds: [1.91, 2.05],
    fair: {
      proportional: [0.5176767676767676, 0.4823232323232323],
      additive: [0.5178776656876516, 0.48212233431234836],
      power: [0.5179697670369141, 0.4820302329630859],
      shin: [0.5178776656876516, 0.48212233431234836],
      'balanced-book': [0.5180831826401446, 0.4819168173598553],
      'odds-ratio': [0.5178799781155294, 0.48212002188447056],
      probit: [0.5178794819542911, 0.4821205180457088],
      goto: [0.5179804577880673, 0.48201954221193266],
      jsd: [0.5178788218517266, 0.4821211781482734],
    },
    z: { shin: 0.011365250956692451, 'balanced-book': 0.011365087472864258 },
  },
  {
    odds: [1.05, 15.0],
    fair: {
      proportional: [0.9345794392523364, 0.06542056074766354],
      additive: [0.9428571428571428, 0.05714285714285714],
      power: [0.9480957163849589, 0.05190428361504105],
      shin: [0.9428571428571428, 0.05714285714285714],
      'balanced-book': [0.9514563106796117, 0.04854368932038835],
      'odds-ratio': [0.9436086002484534, 0.05639139975154663],
      probit: [0.9434871276476763, 0.05651287235232367],
      goto: [0.9488712865087192, 0.05112871349128083],
      jsd: [0.943232463546064, 0.056767536453935986],
    },
    z: { shin: 0.020343623147361465, 'balanced-book': 0.01904761904761905 },
  },
  {
    odds: [2.1, 2.05],
    fair: {
      proportional: [0.4939759036144578, 0.5060240963855421],
      additive: [0.49419279907084784, 0.5058072009291521],
      power: [0.49427857919818285, 0.5057214208018171],
      'odds-ratio': [0.494185260204677, 0.505814739795323],
      probit: [0.4941868786643713, 0.5058131213356287],
      goto: [0.4942937121232821, 0.5057062878767179],
      jsd: [0.49418903126794506, 0.5058109687320549],
    },
    z: {},
  },
  {
    odds: [2.6, 2.4, 4.3],
    fair: {
      proportional: [0.3720259552992069, 0.4030281182408075, 0.22494592645998557],
      additive: [0.3733353210097396, 0.40538660306102164, 0.22127807592923873],
      power: [0.3729844040687095, 0.4051071674567976, 0.22190842847449294],
      shin: [0.3729940603322361, 0.40477941092015757, 0.22222652874760634],
      'balanced-book': [0.3740238077185533, 0.4066267343998787, 0.21934945788156798],
      'odds-ratio': [0.37242865084759874, 0.40413130433459654, 0.22344004481780466],
      probit: [0.3726003601584048, 0.40438186780264596, 0.22301777203894926],
      goto: [0.37366508317965963, 0.40600534236673164, 0.22032957445360873],
      jsd: [0.37285877655510247, 0.40474306689799455, 0.22239815654690295],
    },
    z: { shin: 0.016942512763600936, 'balanced-book': 0.016920095408467502 },
  },
  {
    odds: [1.5, 4.5, 7.5, 51.0],
    fair: {
      proportional: [
        0.6398996235884568, 0.21329987452948557, 0.12797992471769135, 0.018820577164366373,
      ],
      additive: [
        0.6562091503267974, 0.21176470588235294, 0.12287581699346405, 0.009150326797385621,
      ],
      power: [0.6544646292931628, 0.20750458901742014, 0.12163868726764919, 0.01639209442176778],
      shin: [0.6505537144669392, 0.21193633350511865, 0.12428193803035975, 0.013228013997582378],
      'balanced-book': [
        0.6619531595227574, 0.21122403888643393, 0.12107821475916924, 0.0057445868316394165,
      ],
      'odds-ratio': [
        0.6487260280179041, 0.2087517306070515, 0.12438930886260487, 0.018132932512439547,
      ],
      probit: [0.6498832123157129, 0.20884602658504023, 0.12373963080556823, 0.01753113029367861],
      goto: [0.6595222888143482, 0.2113090047883503, 0.12181337019400777, 0.007355336203293825],
      jsd: [0.6519907396869492, 0.20948274653690016, 0.12298334208889347, 0.015543171687257195],
    },
    z: { shin: 0.014866319644508796, 'balanced-book': 0.013943355119825708 },
  },
  {
    odds: [2.2, 3.6, 4.2],
    fair: {
      proportional: [0.4684014869888476, 0.2862453531598513, 0.24535315985130113],
      additive: [0.46440596440596443, 0.28763828763828764, 0.24795574795574796],
      power: [0.46453386679084013, 0.28776230053256174, 0.24770383267659818],
      'odds-ratio': [0.46612320525910317, 0.28722396221743873, 0.2466528325234581],
      probit: [0.46575357463880684, 0.2873240358725859, 0.24692238948860723],
      goto: [0.4634219784799648, 0.2879918534116448, 0.24858616810839038],
      jsd: [0.46524931880173553, 0.2874481009903545, 0.24730258020790996],
    },
    z: {},
  },
];

const CASES = WORKED.flatMap(({ odds, fair, z }) =>
  DEVIG_METHODS.map((method) => ({ method, odds, fair: fair[method], z: z[method] })),
);

it.each(CASES)('$method of $odds', ({ method, odds, fair, z }) => {
  const result = devig(method, odds);
  if (fair === undefined) {
    expect(result).toMatchObject({ kind: 'refused', code: 'negative_margin' });
    return;
  }
  expect(result).toMatchObject({ kind: 'devigged', method });
  if (result.kind !== 'devigged') return;
  for (const [index, value] of fair.entries())
    expect(Math.abs((result.probabilities[index] ?? Number.NaN) - value)).toBeLessThan(1e-12);
  expect('z' in result).toBe(z !== undefined);
  if ('z' in result) expect(Math.abs(result.z - (z ?? Number.NaN))).toBeLessThan(1e-11);
});

it.each([
  ['additive', 2],
  ['balanced-book', 2],
  ['goto', 2],
  ['jsd', 3],
] as const)(
  '%s refuses a margin of which a long shot would owe more than it has',
  (method, index) => {
    const result = devig(method, [1.02, 1.5, 34, 51]);
    expect(result).toMatchObject({
      kind: 'refused',
      method,
      code: 'probability_outside_unit',
      index,
    });
    if (result.kind === 'refused' && result.code === 'probability_outside_unit')
      expect(result.margin).toBeCloseTo(1 / 1.02 + 1 / 1.5 + 1 / 34 + 1 / 51 - 1, 14);
  },
);

it('balanced-book refuses odds that pay more than fair, as shin does', () => {
  expect(devig('balanced-book', [2.1, 2.1])).toMatchObject({ code: 'negative_margin' });
});
