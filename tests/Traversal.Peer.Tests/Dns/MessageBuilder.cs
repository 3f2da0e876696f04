using System.Buffers.Binary;
using System.Net;
using System.Text;
using Traversal.Peer.Dns;

namespace Traversal.Peer.Tests.Dns;

/// <summary>Builds DNS messages byte by byte, good ones and bad.</summary>
internal sealed class MessageBuilder
{
    private readonly List<byte> _bytes;

    public MessageBuilder(ushort id = 0x1234, ushort flags = 0x8180, int questions = 1, int answers = 0, int authorities = 0, int additionals = 0) =>
        _bytes = [.. Word(id), .. Word(flags), .. Word(questions), .. Word(answers), .. Word(authorities), .. Word(additionals)];

    public byte[] Bytes => [.. _bytes];

    public int Length => _bytes.Count;

    public MessageBuilder Question(string name, DnsRecordType type) => Add([.. Wire(name), .. Word((int)type), .. Word(1)]);

    public MessageBuilder Record(byte[] name, DnsRecordType type, byte[] data, uint timeToLive = 60, ushort dnsClass = 1)
    {
        byte[] lifetime = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(lifetime, timeToLive);
        return Add([.. name, .. Word((int)type), .. Word(dnsClass), .. lifetime, .. Word(data.Length), .. data]);
    }

    public MessageBuilder Add(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public static byte[] Pointer(int offset) => Word(0xC000 | offset);

    public static byte[] Address(string text) => IPAddress.Parse(text).GetAddressBytes();

    public static byte[] Service(int priority, int weight, int port, string target) => [.. Word(priority), .. Word(weight), .. Word(port), .. Wire(target)];

    public static byte[] NamingAuthority(int order, int preference, string flags, string services, string expression, string replacement) =>
        [.. Word(order), .. Word(preference), .. Text(flags), .. Text(services), .. Text(expression), .. Wire(replacement)];

    public static byte[] Wire(string name) =>
        name == "." ? [0] : [.. name.Split('.').SelectMany(Text), 0];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Word(int number) => [(byte)(number >> 8), (byte)number];
}
