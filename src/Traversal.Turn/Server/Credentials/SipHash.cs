using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>SipHash-2-4 (Aumasson and Bernstein 2012): a keyed function of short texts that nobody without the key can predict.</summary>
internal readonly struct SipHash(ulong key0, ulong key1)
{
    public const int KeyLength = 16;

    /// <summary>A key from 16 bytes.</summary>
    public static SipHash FromKey(ReadOnlySpan<byte> key) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));

    /// <summary>A random key.</summary>
    public static SipHash Create(RandomSource random) => new(random.NextUInt64(), random.NextUInt64());

    public ulong Hash(ReadOnlySpan<byte> text)
    {
        var state = new State(key0, key1);
        ulong last = (ulong)text.Length << 56;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..]) state.Absorb(BinaryPrimitives.ReadUInt64LittleEndian(text));
        for (int i = 0; i < text.Length; i++) last |= (ulong)text[i] << (8 * i);
        state.Absorb(last);
        return state.Finish();
    }

    private ref struct State(ulong key0, ulong key1)
    {
        private ulong _v0 = key0 ^ 0x736F_6D65_7073_6575;
        private ulong _v1 = key1 ^ 0x646F_7261_6E64_6F6D;
        private ulong _v2 = key0 ^ 0x6C79_6765_6E65_7261;
        private ulong _v3 = key1 ^ 0x7465_6462_7974_6573;

        public void Absorb(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public ulong Finish()
        {
            _v2 ^= 0xFF;
            for (int i = 0; i < 4; i++) Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
