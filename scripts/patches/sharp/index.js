export default (input) => new Bun.Image(input);
