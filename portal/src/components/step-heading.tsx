import { useEffect, useRef } from "react";

/** The heading of a step that has just replaced another one: it takes the focus once, so that a reader follows. */
export function StepHeading({ id, children }: { id: string; children: React.ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h2 id={id} tabIndex={-1} ref={heading}>
      {children}
    </h2>
  );
}
