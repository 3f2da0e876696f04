using System.Runtime.InteropServices;

namespace Traversal.Server.Rings;

/// <content>The two ends, padded, so that no two of them write to the same cache lines. Positions only grow.</content>
internal sealed partial class HandOverRing
{
    /// <summary>How far an end is, for the other one.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Cursor
    {
        [FieldOffset(128)]
        public long Position;
    }

    /// <summary>What only the writing end uses.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Writer
    {
        [FieldOffset(128)]
        public long Position;

        /// <summary>Where the reader was.</summary>
        [FieldOffset(136)]
        public long Read;
    }

    /// <summary>What only the reading end uses.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Reader
    {
        [FieldOffset(128)]
        public long Position;

        /// <summary>Behind the packet that is being read.</summary>
        [FieldOffset(136)]
        public long Next;

        /// <summary>Where the writer was.</summary>
        [FieldOffset(144)]
        public long Written;
    }
}
