using System.Security.Cryptography;
using Traversal.Stun;

namespace Traversal.Benchmarks.Quick;

/// <summary>The message operations of the comparison table, with the limits of the project.</summary>
internal static class MessageMeasurements
{
    private static int Sink;

    public static IReadOnlyList<Measurement> All { get; } =
    [
        new("parse Binding success, no checks", 20, static count =>
        {
            for (int i = 0; i < count; i++)
            {
                StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message);
                Sink += (int)message.Class;
            }
        }),
        new("the same, FINGERPRINT checked", 45, static count =>
        {
            for (int i = 0; i < count; i++)
            {
                StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message);
                Sink += message.IsFingerprintValid() ? 1 : 0;
            }
        }),
        new("encode Binding request", 350, static count =>
        {
            Span<byte> buffer = stackalloc byte[256];
            for (int i = 0; i < count; i++) Sink += Samples.WriteBindingRequest(buffer);
        }),
        new("parse and verify MESSAGE-INTEGRITY", 350, static count =>
        {
            for (int i = 0; i < count; i++)
            {
                StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message);
                Sink += message.VerifyIntegrity(Samples.Key) ? 1 : 0;
            }
        }),
        new("verify MESSAGE-INTEGRITY, each of a batch of 8", 120, static count =>
        {
            Span<bool> valid = stackalloc bool[8];
            for (int i = 0; i < count; i += 8)
            {
                IntegrityBatch.Verify(Samples.Batch, Samples.BatchChecks, valid);
                Sink += valid[7] ? 1 : 0;
            }
        }),
        new("parse and verify MESSAGE-INTEGRITY-SHA256", double.PositiveInfinity, static count =>
        {
            for (int i = 0; i < count; i++)
            {
                StunMessage.TryParse(Samples.Sha256Success, out StunMessage message);
                Sink += message.VerifyIntegritySha256(Samples.Key) ? 1 : 0;
            }
        }),
        new("(HMACSHA256.HashData of 80 bytes)", double.PositiveInfinity, static count =>
        {
            Span<byte> code = stackalloc byte[32];
            for (int i = 0; i < count; i++) Sink += HMACSHA256.HashData(Samples.KeyBytes, Samples.Eighty, code);
        }),
    ];
}
