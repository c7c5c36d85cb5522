import type {Range} from '../core/ranges.js';
import {unlessAborted} from '../core/pool.js';
import {Garbage} from './garbage.js';
import {Pieces} from './pieces.js';

/** ms for which a stream is kept for the one who asks next: a page sends the next block when it has the answer to the one before. */
const linger = 20;

/** One stream of one file, for those who want its bytes one after the other. */
interface Course {
  readonly file: number;
  /** Where the last one who waits will leave it. */
  end: number;
  /** Where it stands. Elsewhere than at the end of a span when somebody was stopped in the middle. */
  at: number;
  pieces: Pieces | undefined;
  /** When all who came before are through. */
  free: Promise<unknown>;
  users: number;
}

/**
 * Reads spans of files. Spans that follow each other are read from one stream, which is a quarter faster than a stream for each, as
 * long as the next is asked for soon; others are read at the same time.
 */
export class Courses {
  readonly #courses = new Set<Course>();
  readonly #garbage = new Garbage();

  /**
   * Gives `work` the bytes from the start of `span` on, of which it has to take exactly those of `span`.
   *
   * @param file Number of the file: blobs that come by message are new objects each time.
   */
  async read<T>(file: number, blob: Blob, span: Range, work: (pieces: Pieces) => Promise<T>, signal: AbortSignal): Promise<T> {
    const course = this.#join(file, span);
    const before = course.free;
    let leave = (): void => undefined;
    course.free = Promise.all([before, new Promise<void>((resolve) => (leave = resolve))]);
    try {
      await unlessAborted(before, signal);
      const pieces = this.#at(course, span.start, blob);
      course.at = Number.NaN;
      const result = await work(pieces);
      course.at = span.end;
      this.#garbage.left(span.end - span.start);
      return result;
    } finally {
      leave();
      if (course.at < blob.size) setTimeout(() => this.#leave(course), linger);
      else this.#leave(course);
    }
  }

  #join(file: number, {start, end}: Range): Course {
    for (const course of this.#courses) {
      if (course.file !== file || course.end !== start) continue;
      course.end = end;
      course.users += 1;
      return course;
    }
    const course = {file, end, at: start, pieces: undefined, free: Promise.resolve(), users: 1};
    this.#courses.add(course);
    return course;
  }

  #at(course: Course, start: number, blob: Blob): Pieces {
    if (course.at !== start) {
      course.pieces?.close();
      course.pieces = undefined;
    }
    // slicing a whole file costs as much as reading a small one
    return (course.pieces ??= new Pieces(start > 0 ? blob.slice(start) : blob));
  }

  /** Nothing is kept for long: what was read long ago may have changed since. */
  #leave(course: Course): void {
    course.users -= 1;
    if (course.users > 0) return;
    course.pieces?.close();
    this.#courses.delete(course);
  }
}
