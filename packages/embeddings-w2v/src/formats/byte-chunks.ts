const CHUNK = 1 << 20;

/** Collects what is written into chunks of about 1 MiB, each an array of its own: a stream may hold on to them. */
export class ByteChunks {
  bytes: Uint8Array<ArrayBuffer>;
  /** Where writing goes on. */
  at = 0;

  /** @param longest bytes of the longest piece written at once */
  constructor(readonly longest: number) {
    this.bytes = new Uint8Array(CHUNK + longest);
  }

  /** Whether the chunk should be taken before the next piece. */
  get isFull(): boolean {
    return this.at >= CHUNK;
  }

  /** What has been written since the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const chunk = this.bytes.subarray(0, this.at);
    this.bytes = new Uint8Array(CHUNK + this.longest);
    this.at = 0;
    return chunk;
  }
}
