/** A table to begin with: one fact, one answer, three rules that show how a rule is written. */
export const BLANK = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="definitions" name="决策 Decision" namespace="urn:yinxin:decision">
  <inputData id="fact-1" name="floor_area">
    <variable id="fact-1-variable" name="floor_area" typeRef="number" />
  </inputData>
  <decision id="new-decision" name="level">
    <informationRequirement id="requires-fact-1">
      <requiredInput href="#fact-1" />
    </informationRequirement>
    <decisionTable id="table" hitPolicy="UNIQUE">
      <input id="column-1" label="建筑面积 Floor area">
        <inputExpression id="expression-1" typeRef="number"><text>floor_area</text></inputExpression>
      </input>
      <output id="answer-1" label="等级 Level" name="level" typeRef="string" />
      <rule id="rule-1">
        <inputEntry id="cell-1"><text>&lt; 300</text></inputEntry>
        <outputEntry id="cell-2"><text>"low"</text></outputEntry>
      </rule>
      <rule id="rule-2">
        <inputEntry id="cell-3"><text>[300..3000]</text></inputEntry>
        <outputEntry id="cell-4"><text>"medium"</text></outputEntry>
      </rule>
      <rule id="rule-3">
        <inputEntry id="cell-5"><text>&gt; 3000</text></inputEntry>
        <outputEntry id="cell-6"><text>"high"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
`;
