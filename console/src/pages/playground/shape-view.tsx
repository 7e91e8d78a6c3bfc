/** A shape as a table: its fields, what they hold, and within which limits. */
import { playground } from "../../texts/playground";
import { DataTable } from "../../ui/table";
import { type Api, resolve, type Schema } from "./document";

type Field = { name: string; type: string; limits: string };

const DEEPEST = 3;

export function ShapeView({ label, schema, shapes }: { label: string; schema: Schema; shapes: Api["shapes"] }) {
  const shape = resolve(schema, shapes);
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices && choices.length > 1) {
    return (
      <div className="flex flex-col gap-3">
        <p className="px-5 text-muted">{playground.oneOf}</p>
        {choices.map((choice, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the document's order does not change
          <ShapeView key={index} label={`${label} ${index + 1}`} schema={choice} shapes={shapes} />
        ))}
      </div>
    );
  }
  const fields = fieldsOf(shape, shapes, "", 0);
  if (fields.length === 0) return <p className="px-5 py-2 text-muted">{typeOf(shape, shapes)}</p>;
  return (
    <DataTable
      label={label}
      rows={fields}
      rowKey={(field) => field.name}
      columns={[
        { id: "name", label: playground.field, isHeader: true, cell: (field) => <code>{field.name}</code> },
        { id: "type", label: playground.type, cell: (field) => field.type },
        { id: "limits", label: playground.about, cell: (field) => <span className="text-muted">{field.limits}</span> },
      ]}
    />
  );
}

function fieldsOf(shape: Schema, shapes: Api["shapes"], before: string, depth: number): Field[] {
  const inner = inside(shape, shapes);
  if (!inner?.properties || depth >= DEEPEST) return [];
  return Object.entries(inner.properties).flatMap(([name, schema]) => {
    const path = before ? `${before}.${name}` : name;
    const field = {
      name: path,
      type: typeOf(schema, shapes),
      limits: limitsOf(schema, shapes, inner.required?.includes(name)),
    };
    return [field, ...fieldsOf(schema, shapes, path, depth + 1)];
  });
}

/** The shape whose fields are worth listing: that of the items of a list, that which is not null. */
function inside(schema: Schema, shapes: Api["shapes"]): Schema | undefined {
  const shape = resolve(schema, shapes);
  if (typeof shape.items === "object") return inside(shape.items, shapes);
  const choices = (shape.anyOf ?? shape.oneOf)?.filter((one) => one.type !== "null");
  const [only] = choices ?? [];
  return choices?.length === 1 && only ? inside(only, shapes) : shape;
}

function typeOf(schema: Schema, shapes: Api["shapes"]): string {
  const shape = resolve(schema, shapes);
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) return [...new Set(choices.map((one) => typeOf(one, shapes)))].join(" | ");
  if (shape.enum) return shape.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (shape.type === "array")
    return `${typeof shape.items === "object" ? typeOf(shape.items, shapes) : playground.anything}[]`;
  if (Array.isArray(shape.type)) return shape.type.join(" | ");
  return shape.type ?? playground.anything;
}

function limitsOf(schema: Schema, shapes: Api["shapes"], isRequired = false): string {
  const shape = resolve(schema, shapes);
  const limits = [
    isRequired && playground.required,
    shape.description,
    shape.format,
    shape.minimum !== undefined && `≥ ${shape.minimum}`,
    shape.maximum !== undefined && `≤ ${shape.maximum}`,
    shape.maxLength !== undefined && `≤ ${shape.maxLength} characters`,
    shape.default !== undefined && shape.default !== null && `= ${JSON.stringify(shape.default)}`,
  ];
  return limits.filter(Boolean).join(", ");
}
