/** The drawn half of a plot, apart so that the chart library is loaded only where something is drawn. */
import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import type { PlotProps } from "./plot";

type Props = Required<Pick<PlotProps, "title" | "xLabel" | "series" | "rows" | "kind" | "format">>;

const HEIGHT = 260;
const HEIGHT_OF_BAR = 34;
const MUTED = { fill: "var(--muted)", fontSize: 12 };
const BOX = { background: "var(--surface)", border: "1px solid var(--line)", borderRadius: 8, color: "var(--ink)" };

export default function Drawn({ title, series, rows, kind, format }: Props) {
  const isLying = kind === "lying";
  const Chart = kind === "lines" ? LineChart : BarChart;
  const category = { dataKey: "x", tick: MUTED, stroke: "var(--line-strong)", tickLine: false };
  const value = { tick: MUTED, stroke: "none", tickFormatter: format, width: 56, allowDecimals: false };
  const colour = (index: number) => `var(--plot-${(index % 5) + 1})`;
  return (
    <div role="img" aria-label={title} className="text-xs">
      <ResponsiveContainer width="100%" height={isLying ? Math.max(120, rows.length * HEIGHT_OF_BAR + 40) : HEIGHT}>
        <Chart
          data={[...rows]}
          layout={isLying ? "vertical" : "horizontal"}
          accessibilityLayer={false}
          margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
        >
          <CartesianGrid stroke="var(--line)" horizontal={!isLying} vertical={isLying} />
          {isLying ? <XAxis type="number" {...value} /> : <XAxis {...category} minTickGap={16} />}
          {isLying ? <YAxis type="category" {...category} width={150} /> : <YAxis {...value} />}
          <Tooltip
            formatter={(shown) => (typeof shown === "number" ? format(shown) : `${shown}`)}
            contentStyle={BOX}
            cursor={{ fill: "var(--sunken)" }}
          />
          {series.length > 1 && <Legend />}
          {series.map(({ key, label }, index) =>
            kind === "lines" ? (
              <Line
                key={key}
                dataKey={key}
                name={label}
                stroke={colour(index)}
                strokeWidth={2}
                dot={false}
                isAnimationActive={false}
              />
            ) : (
              <Bar
                key={key}
                dataKey={key}
                name={label}
                fill={colour(index)}
                stackId={kind === "stacked" ? "all" : undefined}
                radius={kind === "stacked" ? 0 : 3}
                maxBarSize={48}
                isAnimationActive={false}
              />
            ),
          )}
        </Chart>
      </ResponsiveContainer>
    </div>
  );
}
