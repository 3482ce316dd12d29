import { loopFileSystem } from '../testsuite/loop-file-system.ts';
import { describePoolDriver } from '../testsuite/pool-suite.ts';
import { BtrfsDriver } from './btrfs/index.ts';
import { DirectoryDriver } from './directory/index.ts';

describePoolDriver('dir', async () => ({ driver: new DirectoryDriver(), root: await loopFileSystem('ext4') }));
describePoolDriver('reflink on XFS', async () => ({
  driver: new DirectoryDriver('reflink'),
  root: await loopFileSystem('xfs'),
}));
describePoolDriver('btrfs', async () => ({ driver: new BtrfsDriver(), root: await loopFileSystem('btrfs') }));
