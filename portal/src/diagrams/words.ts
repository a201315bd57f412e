// The words of the drawing tool, in the language of the portal. Where the library's own list differs from our glossary, ours holds.

import chinese from "bpmn-js-i18n/translations/zn";

const OURS: Readonly<Record<string, string>> = {
  "Add lane above": "在上方添加泳道",
  "Add lane below": "在下方添加泳道",
  "Divide into two lanes": "分成两条泳道",
  "Divide into three lanes": "分成三条泳道",
  "Create pool/participant": "创建池",
  "Business rule task": "业务规则任务",
  "Call activity": "调用流程",
};

/** A text of the library, and what stands in its places. */
export function translator(language: string): (text: string, places?: Record<string, string>) => string {
  return (text, places = {}) => {
    const found = language === "en" ? text : (OURS[text] ?? chinese[text] ?? text);
    return found.replaceAll(/\{([^}]+)\}/g, (whole, place: string) => places[place] ?? whole);
  };
}
