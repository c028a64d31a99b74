// What the console's own page may ask of the main process, and nothing else: the table of ipc.ts and one notice. A sandboxed preload can load no
// file, so this is built into one; the node's pages, which run in the same window, are given nothing.

import { contextBridge, ipcRenderer } from 'electron';
import { type Bridge, changedChannel, ipc, isOwn } from '../main/ipc.ts';

const bridge: Bridge = {
  ask: (channel, payload) => {
    if (!Object.hasOwn(ipc, channel)) return Promise.reject(new TypeError('no such channel'));
    return ipcRenderer.invoke(channel, payload);
  },
  onChanged: (listener) => {
    // The event itself would lead back to ipcRenderer.
    const heard = () => listener();
    ipcRenderer.on(changedChannel, heard);
    return () => void ipcRenderer.off(changedChannel, heard);
  },
};

const { location } = globalThis as { location?: { href: string } };
if (location && URL.canParse(location.href) && isOwn(new URL(location.href))) contextBridge.exposeInMainWorld('holdfast', bridge);
