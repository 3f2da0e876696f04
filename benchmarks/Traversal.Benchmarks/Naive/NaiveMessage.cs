using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Traversal.Benchmarks.Naive;

/// <summary>
/// The codec that one writes first: copies, a list, an array for each value, the framework's one-shot HMAC, a CRC by one table. The
/// baseline that every technique of the real one has to beat.
/// </summary>
internal sealed class NaiveMessage
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    private readonly List<(int Type, byte[] Value)> _attributes = [];

    public int Type { get; private init; }

    public static NaiveMessage Parse(byte[] bytes)
    {
        if (bytes.Length < 20 || Read(bytes, 4, 4) != 0x2112A442) throw new FormatException("No STUN message.");

        var message = new NaiveMessage { Type = (int)Read(bytes, 0, 2) };
        for (int offset = 20; offset < bytes.Length;)
        {
            int length = (int)Read(bytes, offset + 2, 2);
            message._attributes.Add(((int)Read(bytes, offset, 2), bytes.Skip(offset + 4).Take(length).ToArray()));
            offset += 4 + (length + 3) / 4 * 4;
        }

        return message;
    }

    public static bool IsFingerprintValid(byte[] bytes) => Read(bytes, bytes.Length - 4, 4) == (Crc(bytes[..^8]) ^ 0x5354554E);

    public bool VerifyIntegrity(byte[] bytes, byte[] key)
    {
        int covered = 20;
        foreach ((int type, byte[] value) in _attributes)
        {
            if (type == 8)
            {
                byte[] copy = bytes[..covered];
                BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(2), (ushort)(covered - 20 + 24));
                return CryptographicOperations.FixedTimeEquals(HMACSHA1.HashData(key, copy), value);
            }

            covered += 4 + (value.Length + 3) / 4 * 4;
        }

        return false;
    }

    public static byte[] EncodeBindingRequest(byte[] id, byte[] username, byte[] key)
    {
        var body = new List<byte>();
        Add(body, 0x0006, username);
        Add(body, 0x0024, [0x6e, 0, 1, 0xff]);
        Add(body, 0x802A, Convert.FromHexString("932ff9b151263b36"));
        Add(body, 0x0008, HMACSHA1.HashData(key, WithHeader(id, body, body.Count + 24)));
        uint fingerprint = Crc(WithHeader(id, body, body.Count + 8)) ^ 0x5354554E;
        Add(body, 0x8028, [(byte)(fingerprint >> 24), (byte)(fingerprint >> 16), (byte)(fingerprint >> 8), (byte)fingerprint]);
        return WithHeader(id, body, body.Count);
    }

    private static byte[] WithHeader(byte[] id, List<byte> body, int length) =>
        [0, 1, (byte)(length >> 8), (byte)length, 0x21, 0x12, 0xA4, 0x42, .. id, .. body];

    private static void Add(List<byte> body, int type, byte[] value)
    {
        body.AddRange([(byte)(type >> 8), (byte)type, (byte)(value.Length >> 8), (byte)value.Length]);
        body.AddRange(value);
        while (body.Count % 4 != 0) body.Add(0);
    }

    private static uint Read(byte[] bytes, int offset, int length)
    {
        uint number = 0;
        for (int i = 0; i < length; i++) number = number << 8 | bytes[offset + i];
        return number;
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes) crc = crc >> 8 ^ CrcTable[(byte)(crc ^ b)];
        return ~crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
