using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>Makes checks and answers as a peer, or as somebody who would like to be taken for one.</summary>
internal sealed record CheckBuilder
{
    private static readonly RandomSource Random = RandomSource.Seeded(77);

    /// <summary>USERNAME; null leaves it out.</summary>
    public string? Username { get; init; }

    /// <summary>The password; null leaves MESSAGE-INTEGRITY out.</summary>
    public string? Password { get; init; }

    public uint? Priority { get; init; } = 1_853_817_087;

    public StunAttributeType? Role { get; init; } = StunAttributeType.IceControlling;

    public ulong TieBreaker { get; init; } = 1;

    public bool UseCandidate { get; init; }

    public uint? Nomination { get; init; }

    public StunAttributeType? Extra { get; init; }

    public bool Fingerprint { get; init; } = true;

    public StunClass Class { get; init; } = StunClass.Request;

    public TransactionId Id { get; init; } = TransactionId.Create(Random);

    /// <summary>A check to an agent by somebody who knows its credentials.</summary>
    public static CheckBuilder For(IceAgent agent) => new()
    {
        Username = $"{agent.LocalParameters.Ufrag}:{agent.RemoteParameters?.Ufrag ?? "peer"}",
        Password = agent.LocalParameters.Password,
        Role = agent.Role == IceRole.Controlled ? StunAttributeType.IceControlling : StunAttributeType.IceControlled,
    };

    public byte[] Build()
    {
        byte[] bytes = new byte[1000];
        var writer = new StunMessageWriter(bytes, Class, StunMethod.Binding, Id);
        if (Username is not null) writer.Add(StunAttributeType.Username, System.Text.Encoding.ASCII.GetBytes(Username));
        if (Priority is { } priority) writer.AddUInt32(StunAttributeType.Priority, priority);
        if (Role is { } role) writer.AddUInt64(role, TieBreaker);
        if (UseCandidate) writer.AddEmpty(StunAttributeType.UseCandidate);
        if (Nomination is { } nomination) writer.AddNomination(nomination);
        if (Extra is { } extra) writer.AddUInt32(extra, 0);
        return Finish(ref writer, bytes);
    }

    /// <summary>The answer to a check.</summary>
    public static byte[] Answer(byte[] check, string? password, in TransportAddress mapped, StunErrorCode error = StunErrorCode.None)
    {
        byte[] bytes = new byte[200];
        StunMessage request = IceScene.Parse(check);
        var writer = StunMessageWriter.Answer(bytes, error == StunErrorCode.None ? StunClass.SuccessResponse : StunClass.ErrorResponse, in request);
        if (error == StunErrorCode.None)
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, in mapped);
        else
            writer.AddErrorCode(error);
        return new CheckBuilder { Password = password }.Finish(ref writer, bytes);
    }

    private byte[] Finish(ref StunMessageWriter writer, byte[] bytes)
    {
        IntegrityKey? key = Password is null ? null : IntegrityKey.ShortTerm(Password);
        return bytes[..writer.Finish(key, key is null ? StunIntegrity.None : StunIntegrity.Sha1, Fingerprint)];
    }
}
