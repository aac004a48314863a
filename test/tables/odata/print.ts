import type { Expression, Literal } from '../../../src/tables/odata/filter/expression.ts';

/** Writes an expression as text, with brackets around everything within another. */
export function printed(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return literal(expression);
    case 'property':
      return expression.name;
    case 'and':
    case 'or':
      return expression.parts.map(nested).join(` ${expression.kind} `);
    case 'not':
      return `not ${nested(expression.operand)}`;
    case 'negate':
      return `-${nested(expression.operand)}`;
    case 'compare':
    case 'arithmetic':
      return `${nested(expression.left)} ${expression.operator} ${nested(expression.right)}`;
    case 'in':
      return `${nested(expression.operand)} in (${expression.values.map(literal).join(', ')})`;
    case 'call':
      return `${expression.name}(${expression.values.map(printed).join(',')})`;
  }
}

function nested(expression: Expression): string {
  return expression.kind === 'property' ? expression.name : `(${printed(expression)})`;
}

function literal({ type, text }: Literal): string {
  return type === 'text' ? `'${text.replaceAll("'", "''")}'` : text;
}
