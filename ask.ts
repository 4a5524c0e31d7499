import { remoteControl } from "./test/doubles/whatsapp/control.ts";
const s = JSON.parse(await Bun.file("/tmp/wa-hand/served.json").text());
const ask = remoteControl(s);
const [name, json] = process.argv.slice(2);
console.log(await ask(name as never, ...([JSON.parse(json ?? "{}")] as never)));
