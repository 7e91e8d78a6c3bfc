import { Panel, useReactFlow } from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { canvas as texts } from "../../../texts/canvas";
import { IconButton } from "../../../ui/button";
import { FIT } from "./view";

export function ZoomButtons() {
  const flow = useReactFlow();
  return (
    <Panel position="bottom-left" className="flex rounded-lg border border-line bg-surface p-0.5 shadow-sm">
      <IconButton isSmall label={texts.zoomOut} icon={Minus} onPress={() => void flow.zoomOut()} />
      <IconButton isSmall label={texts.zoomIn} icon={Plus} onPress={() => void flow.zoomIn()} />
      <IconButton isSmall label={texts.fit} icon={Maximize} onPress={() => void flow.fitView(FIT)} />
    </Panel>
  );
}
