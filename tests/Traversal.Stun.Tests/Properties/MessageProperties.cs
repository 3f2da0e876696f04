using FsCheck;
using FsCheck.Fluent;

namespace Traversal.Stun.Tests.Properties;

/// <summary>What holds of every message and of every array of bytes. <c>TRAVERSAL_SOAK=400</c> makes a million cases.</summary>
public class MessageProperties
{
    [Fact]
    public void What_is_written_is_read() =>
        Check(Generators.Messages(), 400, model => model.Equals(ModelCodec.Decode(ModelCodec.Encode(model), model)));

    [Fact]
    public void Every_prefix_is_refused() =>
        Check(Generators.Messages(), 30, model =>
        {
            byte[] bytes = ModelCodec.Encode(model);
            return Enumerable.Range(0, bytes.Length).All(length => StunMessage.TryParse(bytes.AsSpan(0, length), out _) == StunParseStatus.Truncated);
        });

    [Fact]
    public void Bytes_behind_a_message_are_refused() =>
        Check(
            from model in Generators.Messages()
            from tail in Generators.Bytes(1, 40)
            select (byte[])[.. ModelCodec.Encode(model), .. tail],
            200,
            bytes => StunMessage.TryParse(bytes, out _) == StunParseStatus.TrailingBytes);

    [Fact]
    public void Every_corruption_of_one_byte_is_refused_where_protection_is_required() =>
        Check(
            from model in Generators.ProtectedMessages()
            from difference in Gen.Choose(1, 255)
            select (Model: model, Difference: (byte)difference),
            10,
            @case =>
            {
                byte[] bytes = ModelCodec.Encode(@case.Model);
                return Enumerable.Range(0, bytes.Length).All(at =>
                {
                    bytes[at] ^= @case.Difference;
                    bool accepted = AcceptsProtected(bytes);
                    bytes[at] ^= @case.Difference;
                    return !accepted;
                }) && AcceptsProtected(bytes);
            });

    [Fact]
    public void Every_corruption_of_one_byte_is_read_as_the_naive_reader_reads_it() =>
        Check(
            from model in Generators.Messages()
            from at in Gen.Choose(0, 100_000)
            from difference in Gen.Choose(1, 255)
            select Corrupt(ModelCodec.Encode(model), at, (byte)difference),
            600,
            ReadersAgree);

    [Fact]
    public void Both_readers_agree_on_bytes_that_are_nearly_a_message() => Check(Generators.NearlyMessages(), 1000, ReadersAgree);

    [Fact]
    public void Both_readers_agree_on_arbitrary_bytes() => Check(Generators.Bytes(0, 100), 500, ReadersAgree);

    private static byte[] Corrupt(byte[] bytes, int at, byte difference)
    {
        bytes[at % bytes.Length] ^= difference;
        return bytes;
    }

    // What an agent does that demands FINGERPRINT and integrity.
    private static bool AcceptsProtected(byte[] bytes) =>
        StunMessage.TryParse(bytes, out StunMessage message) == StunParseStatus.Ok && message.IsFingerprintValid() &&
        (message.HasIntegrity || message.HasIntegritySha256) &&
        (!message.HasIntegrity || message.VerifyIntegrity(ModelCodec.Key)) &&
        (!message.HasIntegritySha256 || message.VerifyIntegritySha256(ModelCodec.Key, minimumLength: 16));

    private static bool ReadersAgree(byte[] bytes)
    {
        NaiveReader? expected = NaiveReader.Read(bytes);
        StunParseStatus status = StunMessage.TryParse(bytes, out StunMessage message);
        if (expected is null) return status != StunParseStatus.Ok && message.Bytes.IsEmpty;
        if (status != StunParseStatus.Ok) return false;

        var counting = new List<(int Type, string Value)>();
        foreach (StunAttribute attribute in message) counting.Add(((int)attribute.Type, Convert.ToHexString(attribute.Value)));
        return counting.SequenceEqual(expected.Counting) &&
            message.TransactionId.ToString() == expected.Id &&
            TypeOf(message) == expected.Type &&
            message.IsFingerprintValid() == expected.FingerprintRight &&
            Code(message.HasIntegrity, message.VerifyIntegrity(ModelCodec.Key)) == expected.Integrity &&
            Code(message.HasIntegritySha256, message.VerifyIntegritySha256(ModelCodec.Key, minimumLength: 16)) == expected.Sha256 &&
            FirstsAgree(message, expected);
    }

    private static bool FirstsAgree(StunMessage message, NaiveReader expected)
    {
        foreach ((int type, _) in expected.Counting)
        {
            if (!message.TryGet((StunAttributeType)type, out ReadOnlySpan<byte> value)) return false;
            if (Convert.ToHexString(value) != expected.Counting.First(attribute => attribute.Type == type).Value) return false;
        }

        return true;
    }

    private static int TypeOf(StunMessage message)
    {
        byte[] header = new byte[20];
        new StunMessageWriter(header, message.Class, message.Method, message.TransactionId).Finish();
        return header[0] << 8 | header[1];
    }

    private static string? Code(bool present, bool right) => !present ? null : right ? "right" : "wrong";

    private static void Check<T>(Gen<T> cases, int byDefault, Func<T, bool> holds) =>
        Prop.ForAll(cases.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Cases(byDefault)).WithQuietOnSuccess(true));
}
