import { readInteractions, split } from "@kith/data";
import { LightGCN } from "@kith/models-gnn";
import { evaluate } from "@kith/recommender";
import { backendInfo, heap, useBackend } from "@kith/core-tensors";
import { createReadStream } from "node:fs";
const [,, which, opts, ev="1"] = process.argv;
const rd=async(f:string)=>(await readInteractions(createReadStream(f) as any,{name:f})).data;
let train,test;
let t0=performance.now();
if(which==="demo"){const d=await rd("/work/main/packages/demo-data/data/interactions.tsv.gz");const s=split(d,{by:"random",test:0.2,seed:1});train=s.train;test=s.test;}
else{train=await rd(`/work/shared/data/${which}/train.tsv.gz`);test=await rd(`/work/shared/data/${which}/test.tsv.gz`);}
console.log("read",((performance.now()-t0)/1000).toFixed(2),train.summary());
console.log(await useBackend());
const m=new LightGCN(JSON.parse(opts));
for await(const e of m.train(train)){ 
 let r: any; if(e.epoch%Number(ev)===0||e.epoch===e.epochs) r=await evaluate(m,test,{metrics:["recall@20","ndcg@20","mrr@20","coverage@20"]});
 console.log(e.epoch,e.loss.toFixed(5),e.seconds.toFixed(2)+"s",r&&Object.values(r.metrics).map((x:any)=>x.toFixed(4)).join(" "),r&&r.seconds.toFixed(2)+"s", (process.memoryUsage().rss/1e6|0)+"MB", (heap().allocated/1e6|0)+"MB");}
process.exit(0)
