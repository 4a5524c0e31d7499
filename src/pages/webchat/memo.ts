import { Component, type ComponentChild, createElement, type FunctionComponent } from "preact";

/** A component that is drawn again only when one of its properties is another value. */
export function memo<P extends object>(draw: (props: P) => ComponentChild): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const names = Object.keys({ ...this.props, ...next }) as (keyof P)[];
      return names.some((name) => !Object.is(this.props[name], next[name]));
    }

    override render(): ComponentChild {
      return createElement(draw as FunctionComponent<P>, this.props);
    }
  }
  return (props) => createElement(Memo, props);
}
