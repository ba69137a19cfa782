// The parts of Apache ECharts that the site's pictures use.
import * as echarts from "echarts/core";
import { BarChart, GraphChart, LineChart, SankeyChart, TreemapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  BarChart, GraphChart, LineChart, SankeyChart, TreemapChart,
  AriaComponent, GridComponent, LegendComponent, TooltipComponent, LabelLayout, CanvasRenderer,
]);
window.echarts = { init: echarts.init };
