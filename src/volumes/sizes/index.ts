export { SizeBook, type SizeFigure } from './size-book.ts';
