import icon from "../icon.svg";
import { common } from "../texts/common";

export function Logo() {
  return (
    <span className="flex items-center gap-2 font-semibold text-base">
      <img src={icon} alt="" className="size-7" />
      {common.product}
    </span>
  );
}
