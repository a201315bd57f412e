/** A drawing to begin with: one lane, the case comes in. */
export const BLANK = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:yx="urn:yinxin:process:1" id="definitions" targetNamespace="urn:yinxin:drawing">
  <bpmn:collaboration id="collaboration">
    <bpmn:participant id="pool" name="流程 Process" processRef="new-process" />
  </bpmn:collaboration>
  <bpmn:process id="new-process" isExecutable="true">
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="lane-1" name="部门 Department">
        <bpmn:flowNodeRef>submitted</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="submitted" name="提交 Submitted" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="collaboration">
      <bpmndi:BPMNShape id="pool-shape" bpmnElement="pool" isHorizontal="true"><dc:Bounds x="120" y="80" width="900" height="260" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="lane-1-shape" bpmnElement="lane-1" isHorizontal="true"><dc:Bounds x="150" y="80" width="870" height="260" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="submitted-shape" bpmnElement="submitted"><dc:Bounds x="200" y="192" width="36" height="36" /></bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
`;
