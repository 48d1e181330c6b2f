import { expect, it } from 'vitest';
import { addressName, parseAddress } from '../../src/lib/address';

it('an address is http or https, and nothing else', () => {
  expect(parseAddress(' https://a.example/talk.mp3#t=3 ')).toBe('https://a.example/talk.mp3');
  expect(parseAddress('http://nas.local:8080/a b.mp3')).toBe('http://nas.local:8080/a%20b.mp3');
  for (const text of [
    '',
    'talk.mp3',
    'C:\\talk.mp3',
    '/home/me/talk.mp3',
    'javascript:alert(1)',
    'file:///a.mp3',
  ])
    expect(parseAddress(text), text).toBeNull();
});

it('it is called by the last part of its path, else by its host', () => {
  expect(addressName('https://a.example/shows/The%20talk.mp3?key=1')).toBe('The talk.mp3');
  expect(addressName('https://a.example/shows/%E0%A4%A/')).toBe('%E0%A4%A');
  expect(addressName('https://a.example')).toBe('a.example');
});
